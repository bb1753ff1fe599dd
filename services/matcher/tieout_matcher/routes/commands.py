"""Internal HTTP: commands of the exceptions service."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_contracts.topics import MATCHES
from tieout_matcher.domain.adjusted import StatedAdjustment
from tieout_matcher.operations import ForceMatch
from tieout_matcher.routes.replies import FromCaller, Identifier, Moment, WithParts, reply
from tieout_runtime import outbox
from tieout_runtime.postgres import transaction

router = APIRouter(prefix="/internal")
MAX_COUNTERPARTS = 499


class ForceMatchBody(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reconciliation_id: Identifier
    record_id: Identifier
    counterpart_record_ids: list[Identifier] = Field(
        default_factory=list, max_length=MAX_COUNTERPARTS
    )
    residual_treatment: Literal["write_off", "fee", "fx", "rounding", "carry"] = "write_off"


class AdjustBody(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reconciliation_id: Identifier
    record_id: Identifier
    counterpart_record_ids: list[Identifier] = Field(
        default_factory=list, max_length=MAX_COUNTERPARTS
    )
    amount: str = Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", max_length=60)
    currency: str = Field(min_length=3, max_length=12)
    note: str = Field(max_length=1000)


class Resend(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reconciliation_id: Identifier
    from_seq: Identifier
    to_seq: Identifier


@router.put("/operations/{operation_id}/force-match")
async def force_match(
    operation_id: Identifier, body: ForceMatchBody, caller: FromCaller, parts: WithParts
) -> Response:
    asked = ForceMatch(
        organization_id=caller.organization_id,
        operation_id=operation_id,
        reconciliation_id=body.reconciliation_id,
        record_id=body.record_id,
        counterpart_record_ids=body.counterpart_record_ids,
        residual_treatment=body.residual_treatment,
    )
    async with transaction(parts.worker) as connection:
        outcome = await parts.operations.force_match(connection, asked)
    return reply(outcome)


@router.put("/operations/{operation_id}/adjust-entry")
async def adjust_entry(
    operation_id: Identifier, body: AdjustBody, caller: FromCaller, parts: WithParts
) -> Response:
    asked = ForceMatch(
        organization_id=caller.organization_id,
        operation_id=operation_id,
        reconciliation_id=body.reconciliation_id,
        record_id=body.record_id,
        counterpart_record_ids=body.counterpart_record_ids,
        residual_treatment=StatedAdjustment(
            amount=body.amount, currency=body.currency, note=body.note
        ),
    )
    async with transaction(parts.worker) as connection:
        outcome = await parts.operations.force_match(connection, asked)
    return reply(outcome)


@router.put("/operations/{operation_id}/cancel")
async def cancel(
    operation_id: Identifier,
    reconciliation_id: Annotated[Identifier, Body(embed=True)],
    caller: FromCaller,
    parts: WithParts,
) -> Response:
    key = (caller.organization_id, reconciliation_id)
    async with transaction(parts.worker) as connection:
        outcome = await parts.operations.cancel(connection, key, operation_id)
    return reply(outcome)


@router.post("/overdue/claim")
async def claim_overdue(until: Annotated[Moment, Body(embed=True)], parts: WithParts) -> Response:
    return reply({"claimed": await parts.overdue.claim_all(parts.worker, until=until)})


@router.post("/outcomes/resend")
async def resend(body: Resend, parts: WithParts) -> Response:
    async with transaction(parts.worker) as connection:
        chunks = await outbox.resend(
            connection,
            topic=MATCHES,
            key=str(body.reconciliation_id),
            first_seq=body.from_seq,
            last_seq=body.to_seq,
        )
    return reply({"resent": chunks})
