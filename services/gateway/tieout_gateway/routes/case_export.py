"""All cases at once, passed on as they are read: never held whole."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
from fastapi import Query
from fastapi.responses import StreamingResponse

from tieout_gateway.domain.case_table import COLUMNS, row_of, table_text
from tieout_gateway.routes.answers import RECONLAYER, FromCaller, guarded_router
from tieout_gateway.routes.reconciliation_cases import case_params
from tieout_gateway.shapes.case_bundles import bundle_members
from tieout_gateway.shapes.case_exports import CaseExport
from tieout_gateway.shapes.case_queries import ExportQuery
from tieout_gateway.shapes.payment_intents import Json
from tieout_runtime.internal import Opened

router = guarded_router(RECONLAYER, "exports")
PART_BYTES = 64 * 1024
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_CSV: dict[str, Any] = {"schema": {"type": "string"}, "example": ",".join(COLUMNS) + "\r\n"}


class CutShortError(Exception):
    """The owner's answer ended too early: the connection is cut, so that nobody takes it whole."""


@router.get(
    "/v1/exports/reconciliation-cases",
    response_model=CaseExport,
    responses={200: {"content": {"text/csv": _CSV}}},
)
async def export_reconciliation_cases(
    query: Annotated[ExportQuery, Query()], caller: FromCaller
) -> StreamingResponse:
    """Export all cases that pass the filters, as they were at one moment, newest first.

    CSV is one row a case, with dotted headers, and lists as counts and identifiers. `total` of the
    JSON comes last. An answer that breaks off is not whole.
    """
    opened = await caller.read_exceptions("/internal/cases/export", params=case_params(query))
    lines = _lines(opened, caller.principal.organization_id)
    if query.format == "csv":
        headers = {"content-disposition": 'attachment; filename="reconciliation-cases.csv"'}
        return StreamingResponse(
            _in_parts(_table(lines)), media_type="text/csv; charset=utf-8", headers=headers
        )
    return StreamingResponse(
        _in_parts(_document(lines, _echo(query))), media_type="application/json"
    )


async def _lines(opened: Opened, organization_id: int) -> AsyncIterator[Json]:
    """Give each case in this dialect's words, and last the count that says it was all."""
    told: Json = {}
    try:
        async for line in opened.lines():
            told = _decode(line)
            yield told if "total" in told else bundle_members(told, organization_id)
    finally:
        opened.close()
    if "total" not in told:
        raise CutShortError("the export ended before its total")


async def _document(lines: AsyncIterator[Json], filters: Json) -> AsyncIterator[bytes]:
    before = b'{"filters":' + _encode(filters) + b',"items":['
    async for line in lines:
        if "total" in line:
            end = {"total": line["total"], "exportedAt": line["exported_at"]}
            yield (b"" if before == b"," else before) + b"]," + _encode(end)[1:]
        else:
            yield before + _encode(line)
            before = b","


async def _table(lines: AsyncIterator[Json]) -> AsyncIterator[bytes]:
    yield table_text([COLUMNS])
    async for line in lines:
        if "total" not in line:
            yield table_text([row_of(line)])


async def _in_parts(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Send the first piece at once, later ones together: a packet a case would be slow."""
    part = bytearray()
    is_first = True
    async for piece in pieces:
        part += piece
        if is_first or len(part) >= PART_BYTES:
            yield bytes(part)
            part.clear()
            is_first = False
    yield bytes(part)


def _echo(query: ExportQuery) -> Json:
    stated = query.model_dump(mode="json", by_alias=True, exclude={"format", "verdict"})
    return stated | {"verdicts": list(query.verdict or ())}
