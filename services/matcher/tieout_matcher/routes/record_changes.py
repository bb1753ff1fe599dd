"""Internal HTTP: changes of records, asked by ingest.

Bodies are read by msgspec, so that fields stay byte for byte what ingest stores.
"""

import datetime as dt
from typing import Any, TypeVar

import msgspec
from fastapi import APIRouter, Request, Response

from tieout_contracts.record import RecordAccepted, RecordVersion, RecordWithdrawn
from tieout_matcher.parts import Parts
from tieout_matcher.routes.replies import FromCaller, Identifier, WithParts, reply
from tieout_runtime.postgres import transaction
from tieout_runtime.problems import invalid

router = APIRouter(prefix="/internal/record_changes/{change_id}")
_NO_RECONCILIATION = 0  # the decision fills in each
Body = TypeVar("Body")


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    record_id: int
    version: int
    stream_id: int
    due_date: dt.date
    arrival_grace_seconds: int
    arrived_at: dt.datetime
    fields: msgspec.Raw


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    record_id: int
    version: int
    stream_id: int
    at: dt.datetime
    fields: msgspec.Raw


class Cancelling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    record_id: int


@router.put("/change")
async def change(
    change_id: Identifier, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    body = await _read(request, Change)
    version = RecordAccepted(
        organization_id=caller.organization_id,
        reconciliation_id=_NO_RECONCILIATION,
        side="A",
        **msgspec.structs.asdict(body),
    )
    return await _decide(parts, change_id, version)


@router.put("/withdraw")
async def withdraw(
    change_id: Identifier, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    body = await _read(request, Withdrawal)
    version = RecordWithdrawn(
        organization_id=caller.organization_id,
        reconciliation_id=_NO_RECONCILIATION,
        side="A",
        **msgspec.structs.asdict(body),
    )
    return await _decide(parts, change_id, version)


@router.put("/cancel")
async def cancel(
    change_id: Identifier, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    body = await _read(request, Cancelling)
    key = (caller.organization_id, change_id)
    async with transaction(parts.worker) as connection:
        outcome = await parts.record_changes.cancel(connection, key, record_id=body.record_id)
    return reply(outcome)


async def _decide(parts: Parts, change_id: int, version: RecordVersion) -> Response:
    async with transaction(parts.worker) as connection:
        outcome: dict[str, Any] = await parts.record_changes.decide(connection, change_id, version)
    return reply(outcome)


async def _read(request: Request, shape: type[Body]) -> Body:
    try:
        return msgspec.json.decode(await request.body(), type=shape)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise invalid("$", f"is no {shape.__name__.lower()}: {error}") from None
