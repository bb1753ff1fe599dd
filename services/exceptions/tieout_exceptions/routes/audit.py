"""Internal HTTP: who changed what, and whether nobody changed that."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, Field

from tieout_contracts.ids import MAX_ID
from tieout_exceptions.domain.audit import End, follow
from tieout_exceptions.routes.requests import FromCaller, WithParts, reply
from tieout_exceptions.store import audit

router = APIRouter(prefix="/internal/audit_entries")
CHECKED_AT_ONCE = 1000


class AuditQuery(BaseModel):
    """`cursor` is the last number seen; times are of the change, `at_to` exclusive."""

    account_id: int | None = Field(default=None, ge=0, le=MAX_ID)
    at_from: AwareDatetime | None = None
    at_to: AwareDatetime | None = None
    cursor: int = Field(default=0, ge=0, le=MAX_ID)
    limit: int = Field(default=50, ge=1, le=200)


class _Shown(msgspec.Struct, frozen=True):
    entry: msgspec.Raw
    hash: str


@router.get("")
async def entries(
    caller: FromCaller, parts: WithParts, query: Annotated[AuditQuery, Query()]
) -> Response:
    async with parts.begin(caller.organization_id)() as connection:
        found = await audit.page(
            connection,
            caller.organization_id,
            after=query.cursor,
            limit=query.limit + 1,
            account_id=query.account_id,
            at_from=query.at_from,
            at_to=query.at_to,
        )
    more = len(found) > query.limit
    page = found[: query.limit]
    body = {
        "data": [_Shown(msgspec.Raw(one.content), one.hash.hex()) for one in page],
        "next_cursor": str(page[-1].seq) if more else None,
        "limit": query.limit,
    }
    return Response(msgspec.json.encode(body), media_type="application/json")


@router.get("/verification")
async def verification(caller: FromCaller, parts: WithParts) -> Response:
    """Follow the whole chain, and compare its end with the one that is kept."""
    organization_id, checked, wrong = caller.organization_id, End(), None
    async with parts.begin(organization_id)() as connection:
        kept = await audit.end(connection, organization_id)
        while wrong is None:
            chunk = await audit.page(
                connection, organization_id, after=checked.seq, limit=CHECKED_AT_ONCE
            )
            if not chunk:
                break
            checked, wrong = follow(checked, chunk)
    cut = checked.seq < kept.seq or (checked.seq == kept.seq and checked.hash != kept.hash)
    if wrong is None and cut:
        wrong = checked.seq + 1
    return reply(
        {
            "verified": wrong is None,
            "entries": kept.seq,
            "hash": kept.hash.hex(),
            "first_wrong": wrong,
        }
    )
