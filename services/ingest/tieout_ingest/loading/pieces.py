"""A file's outcomes cut into chunks, read in a thread beside the event loop."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from msgspec import Struct, structs

from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.refusals import Rejection
from tieout_ingest.loading.chunk import ROWS

CHUNK_BYTES = 4 * 1024 * 1024


class Piece(Struct, frozen=True, kw_only=True):
    """Items `first` up to `first + items` of a file; `numbers` are the items of the drafts."""

    first: int
    items: int
    drafts: list[Record]
    numbers: list[int]
    rejected: list[tuple[int, Rejection]]


async def pieces(
    outcomes: Iterator[Record | Rejection], *, first: int, file_mark: str | None
) -> AsyncIterator[Piece]:
    """Yield chunks from item `first` on; the next is read while this one is stored.

    `file_mark` (streams that append) makes identities that come from content this file's own.
    """
    coming = asyncio.create_task(asyncio.to_thread(_take, outcomes, first, file_mark))
    try:
        while (piece := await coming).items:
            after = piece.first + piece.items
            coming = asyncio.create_task(asyncio.to_thread(_take, outcomes, after, file_mark))
            yield piece
    finally:
        coming.cancel()


def _take(outcomes: Iterator[Record | Rejection], first: int, file_mark: str | None) -> Piece:
    drafts: list[Record] = []
    numbers: list[int] = []
    rejected: list[tuple[int, Rejection]] = []
    item, size = first, 0
    for one in outcomes:
        if isinstance(one, Rejection):
            rejected.append((item, one))
        else:
            drafts.append(one if file_mark is None else _own(one, f"{file_mark}:{item}"))
            numbers.append(item)
            size += len(one.fields_json) + len(one.raw_json)
        item += 1
        if item - first >= ROWS or size >= CHUNK_BYTES:
            break
    return Piece(first=first, items=item - first, drafts=drafts, numbers=numbers, rejected=rejected)


def _own(draft: Record, mark: str) -> Record:
    """Leave an upstream's own identity alone; make any other one of this place in this file."""
    if draft.fields.external_id is not None:
        return draft
    return structs.replace(draft, identity=f"{draft.identity}#{mark}")
