"""Internal HTTP: breaks of chosen records, as a run of a ledger shows them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_contracts.exception_events import BreakStatus
from tieout_contracts.ids import MAX_ID
from tieout_exceptions.domain.answers import break_answer
from tieout_exceptions.routes.requests import FromCaller, WithParts, reply
from tieout_exceptions.store.breaks import breaks_of_records

router = APIRouter(prefix="/internal")
MAX_RECORDS = 1_000_000
RecordId = Annotated[int, Field(ge=1, le=MAX_ID)]


class OfRecords(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reconciliation_id: RecordId
    record_ids: list[RecordId] = Field(max_length=MAX_RECORDS)
    statuses: list[BreakStatus] | None = None
    order: Literal["asc", "desc"] = "asc"
    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=MAX_ID)


@router.post("/breaks/of_records")
async def of_records(wanted: OfRecords, caller: FromCaller, parts: WithParts) -> Response:
    """List breaks of many records: a question, though it needs a body."""
    now = parts.clock()
    async with parts.begin(caller.organization_id)() as connection:
        found, total, unfiltered = await breaks_of_records(
            connection,
            organization_id=caller.organization_id,
            reconciliation_id=wanted.reconciliation_id,
            record_ids=wanted.record_ids,
            statuses=wanted.statuses,
            direction=1 if wanted.order == "asc" else -1,
            limit=wanted.limit,
            offset=wanted.offset,
        )
    money = ("exponent", "currency", "mismatch_with", "resolved_at")
    data = [
        break_answer(one, at=now, scale=parts.scale)
        | {name: getattr(one, name) for name in money}
        | {"amount_minor": str(one.amount_minor)}
        for one in found
    ]
    more = wanted.offset + len(data) < total
    return reply({"data": data, "total": total, "total_unfiltered": unfiltered, "has_more": more})
