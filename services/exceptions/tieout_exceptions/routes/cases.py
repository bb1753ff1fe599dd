"""Internal HTTP: cases, and all of them at once."""

from collections.abc import AsyncGenerator, AsyncIterator
from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from tieout_exceptions.parts import Parts
from tieout_exceptions.routes.case_queries import CasePageQuery, CaseQuery
from tieout_exceptions.routes.requests import (
    FromCaller,
    Id,
    WithParts,
    cursor_after,
    id_of_cursor,
    reply,
)
from tieout_exceptions.store import case_reads
from tieout_exceptions.store.case_reads import CaseFilters, Json
from tieout_runtime.internal import Caller
from tieout_runtime.postgres import tenant_snapshot
from tieout_runtime.problems import not_found

router = APIRouter(prefix="/internal/cases")
_encode = msgspec.json.Encoder().encode
# A reader may take its time; the snapshot of an export waits for it this long.
_IDLE = "SET LOCAL idle_in_transaction_session_timeout = '5min'"


@router.get("")
async def listing(
    caller: FromCaller, parts: WithParts, query: Annotated[CasePageQuery, Query()]
) -> Response:
    found: list[Json] = []
    chunks = _chunks(
        parts,
        caller,
        query.filters,
        now=parts.clock(),
        before_id=id_of_cursor(query.cursor),
        chunk=query.limit + 1,
    )
    async for chunk in chunks:
        found += chunk
        if len(found) > query.limit:
            break
    await chunks.aclose()
    page = found[: query.limit]
    more = cursor_after(page[-1]["id"]) if len(found) > query.limit else None
    return reply({"data": page, "next_cursor": more, "limit": query.limit})


@router.get("/export")
async def export(
    caller: FromCaller, parts: WithParts, query: Annotated[CaseQuery, Query()]
) -> Response:
    """Give every case, a line each, and last how many they were: without it the rest is lacking."""
    now, filters = parts.clock(), query.filters

    async def lines() -> AsyncIterator[bytes]:
        total = 0
        async for chunk in _chunks(parts, caller, filters, now=now):
            total += len(chunk)
            yield b"".join(_encode(one) + b"\n" for one in chunk)
        yield _encode({"total": total, "exported_at": now}) + b"\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")


@router.get("/{case_id}")
async def one_case(case_id: Id, caller: FromCaller, parts: WithParts) -> Response:
    book = await parts.case_setup.find(caller.organization_id)
    if book is None:
        raise not_found("case")
    async with tenant_snapshot(parts.api, organization_id=caller.organization_id) as connection:
        found = await case_reads.find_case(
            connection, book, case_id, scale=parts.case_work.scale, now=parts.clock()
        )
    if found is None:
        raise not_found("case")
    return reply(found)


async def _chunks(
    parts: Parts,
    caller: Caller,
    filters: CaseFilters,
    *,
    now: datetime,
    before_id: int | None = None,
    chunk: int = case_reads.CHUNK,
) -> AsyncGenerator[list[Json]]:
    """Read all that passes as it was at one moment, a chunk after the other."""
    book = await parts.case_setup.find(caller.organization_id)
    if book is None:
        return
    async with tenant_snapshot(parts.api, organization_id=caller.organization_id) as connection:
        await connection.execute(_IDLE)
        found = case_reads.scan(
            connection,
            book,
            filters=filters,
            scale=parts.case_work.scale,
            now=now,
            before_id=before_id,
            chunk=chunk,
        )
        async for one in found:
            yield one
