"""Internal HTTP: what ingest asks before the records of a stream are withdrawn, and then to do."""

import datetime as dt
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response

from tieout_contracts.record import RecordWithdrawn
from tieout_matcher.routes.replies import FromCaller, Identifier, WithParts, reply
from tieout_matcher.store import record_changes, standing
from tieout_runtime.postgres import Connection, tenant_transaction, transaction
from tieout_runtime.problems import invalid

router = APIRouter(prefix="/internal/streams/{stream_id}")
_NO_RECONCILIATION = 0  # the decision fills in each
MAX_CHANGES = 1_000


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One change: its number at ingest, and the record with the version that it ends with."""

    id: int
    record_id: int
    version: int
    fields: msgspec.Raw


class Withdrawals(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    at: dt.datetime
    changes: Annotated[list[Withdrawal], msgspec.Meta(min_length=1, max_length=MAX_CHANGES)]


@router.get("/hold")
async def hold(
    stream_id: Identifier,
    caller: FromCaller,
    parts: WithParts,
    reconciliation_ids: Annotated[list[Identifier] | None, Query()] = None,
) -> Response:
    """Tell where the stream is linked, and one match that holds a record of it there.

    `reconciliation_ids` are others to look at: the stream may have left them, its matches stay.
    """
    organization_id = caller.organization_id
    async with tenant_transaction(parts.api, organization_id=organization_id) as connection:
        linked = await record_changes.linked(connection, organization_id, stream_id)
        asked = sorted({*linked, *(reconciliation_ids or ())})
        match = await _holding(connection, organization_id, stream_id, asked)
    return reply({"reconciliation_ids": linked, "match": match})


@router.put("/withdrawals")
async def withdraw(
    stream_id: Identifier, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    """Withdraw records, all of them or none; the same changes again: the same answer for ever."""
    asked = await _read(request)
    changes = {
        one.id: RecordWithdrawn(
            organization_id=caller.organization_id,
            reconciliation_id=_NO_RECONCILIATION,
            record_id=one.record_id,
            version=one.version,
            stream_id=stream_id,
            side="A",
            at=asked.at,
            fields=one.fields,
        )
        for one in asked.changes
    }
    async with transaction(parts.worker) as connection:
        return reply(await parts.record_changes.withdraw_all(connection, changes))


async def _holding(
    connection: Connection, organization_id: int, stream_id: int, reconciliation_ids: list[int]
) -> dict[str, Any] | None:
    for row in await record_changes.held(
        connection, organization_id, stream_id, reconciliation_ids
    ):
        key = (organization_id, row["reconciliation_id"])
        record_id: int = row["record_id"]
        for match_id in await standing.holding(connection, key, record_id, row["match_id"]):
            return {
                "reconciliation_id": key[1],
                "record_id": record_id,
                "match_id": match_id,
            }
    return None


async def _read(request: Request) -> Withdrawals:
    try:
        return msgspec.json.decode(await request.body(), type=Withdrawals)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise invalid("$", f"names no withdrawals: {error}") from None
