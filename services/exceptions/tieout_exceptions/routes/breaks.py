"""Internal HTTP: breaks, and what people do about them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tieout_contracts.exception_events import BreakStatus
from tieout_contracts.ids import MAX_ID
from tieout_exceptions.domain.answers import break_answer, pending_answer
from tieout_exceptions.domain.operations import ResidualTreatment
from tieout_exceptions.domain.orders import Order
from tieout_exceptions.domain.severity import Severity
from tieout_exceptions.locked_breaks import known_break
from tieout_exceptions.routes.requests import (
    FilledText,
    FromCaller,
    Id,
    Text,
    WithParts,
    cursor_after,
    id_of_cursor,
    ids_of,
    moment,
    reply,
)
from tieout_exceptions.store.breaks import BreakFilters, exceptions_of_entries, list_breaks
from tieout_exceptions.store.operations import find_operation
from tieout_runtime.internal import IfMatch, expected_version, json_response
from tieout_runtime.problems import Problem, validation_errors

router = APIRouter(prefix="/internal")
MAX_COUNTERPARTS = 499
MAX_RECORDS = 1000


class BreakQuery(BaseModel):
    status: BreakStatus | None = None
    severity: Severity | None = None
    assigned_to: Text | None = None
    external_system: Text | None = None
    date_from: str | None = None
    date_to: str | None = None
    reconciliation_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    cursor: Text | None = None
    limit: int = Field(default=50, ge=1, le=200)


class ForceMatchBody(BaseModel):
    """Lengths count characters before trimming."""

    model_config = ConfigDict(extra="forbid", strict=True)

    notes: FilledText = Field(max_length=1000)
    override_reason: FilledText = Field(max_length=255, alias="overrideReason")
    counterpart_record_ids: list[Annotated[int, Field(ge=1, le=MAX_ID)]] = Field(
        default_factory=list, max_length=MAX_COUNTERPARTS
    )
    residual_treatment: ResidualTreatment | None = None


@router.get("/breaks")
async def breaks(
    caller: FromCaller, parts: WithParts, query: Annotated[BreakQuery, Query()]
) -> Response:
    now = parts.clock()
    filters = BreakFilters(
        status=query.status,
        severity=query.severity,
        assigned_to=query.assigned_to,
        external_system=query.external_system,
        created_from=moment(query.date_from, "$.date_from", end=False),
        created_to=moment(query.date_to, "$.date_to", end=True),
        reconciliation_id=query.reconciliation_id,
    )
    async with parts.begin(caller.organization_id)() as connection:
        found = await list_breaks(
            connection,
            organization_id=caller.organization_id,
            filters=filters,
            scale=parts.scale,
            now=now,
            before_id=id_of_cursor(query.cursor),
            limit=query.limit + 1,
        )
    page = found[: query.limit]
    more = len(found) > query.limit
    return reply(
        {
            "data": [break_answer(one, at=now, scale=parts.scale) for one in page],
            "next_cursor": cursor_after(page[-1].id) if more else None,
            "limit": query.limit,
        }
    )


@router.get("/breaks/{break_id}")
async def one_break(break_id: Id, caller: FromCaller, parts: WithParts) -> Response:
    async with parts.begin(caller.organization_id)() as connection:
        named = {"organization_id": caller.organization_id}
        found = await known_break(connection, **named, break_id=break_id)
        waits_for = found.operation_id if found.status == "PENDING_RESOLUTION" else None
        operation = (
            await find_operation(connection, **named, operation_id=waits_for) if waits_for else None
        )
    shown = break_answer(found, at=parts.clock(), scale=parts.scale)
    return reply(shown | ({"pending": pending_answer(operation)} if operation else {}))


@router.post("/breaks/{break_id}/force-match")
async def force_match(
    break_id: Id,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    if_match: IfMatch = None,
) -> Response:
    body = _read(await request.body())
    order = Order(
        break_id=break_id,
        notes=body.notes,
        override_reason=body.override_reason,
        counterpart_record_ids=tuple(dict.fromkeys(body.counterpart_record_ids)),
        residual_treatment=body.residual_treatment or "write_off",
        expected_version=expected_version(if_match),
    )
    claim = caller.claim(request, body.model_dump(mode="json"))
    answer = await parts.force_match.request(parts.begin(caller.organization_id), claim, order)
    return json_response(answer)


@router.get("/entry_exceptions")
async def entry_exceptions(
    caller: FromCaller,
    parts: WithParts,
    reconciliation_id: Annotated[int, Query(ge=1, le=MAX_ID)],
    record_ids: str,
) -> Response:
    wanted = ids_of(record_ids, "$.record_ids", at_most=MAX_RECORDS)
    async with parts.begin(caller.organization_id)() as connection:
        found = await exceptions_of_entries(
            connection,
            organization_id=caller.organization_id,
            reconciliation_id=reconciliation_id,
            record_ids=sorted(set(wanted)),
        )
    return reply({str(record_id): one for record_id, one in found.items()})


def _read(body: bytes) -> ForceMatchBody:
    """Read the body; this dialect answers 400 where others answer 422."""
    try:
        return ForceMatchBody.model_validate_json(body)
    except ValidationError as error:
        wrong = validation_errors(error)
    detail = "; ".join(f"{one['path']}: {one['message']}" for one in wrong)
    raise Problem(400, "bad_request", detail, errors=wrong)
