"""Cases as they are read: whole, with what they are judged by and what happened to them."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tieout_exceptions.domain.cases.answers import case_answer
from tieout_exceptions.domain.cases.book import Book
from tieout_exceptions.domain.cases.facts import facts_of
from tieout_exceptions.domain.cases.judgement import CaseScale
from tieout_exceptions.domain.cases.picture import CasePicture
from tieout_exceptions.domain.cases.values import Bundle, Case
from tieout_exceptions.domain.cases.verdict import judge
from tieout_exceptions.store import case_rows
from tieout_exceptions.store.case_pictures import load_evidence
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

CHUNK, FIRST_CHUNK = 500, 50
_SQL = load_queries("tieout_exceptions", "case_reads.sql")
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class CaseFilters:
    """None lets all through; `created_from` is inclusive, `created_to` exclusive.

    `verdicts` may name `sla_risk`, which is a filter on its own member.
    """

    case_id: int | None = None
    status: str | None = None
    reconciliation_status: str | None = None
    external_reference: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    verdicts: frozenset[str] = field(default_factory=frozenset)


async def scan(
    connection: Connection,
    book: Book,
    *,
    filters: CaseFilters,
    scale: CaseScale,
    now: datetime,
    before_id: int | None = None,
    chunk: int = CHUNK,
) -> AsyncIterator[list[Json]]:
    """Give the cases that pass the filters, newest first, a chunk after the other as shown.

    Chunks hold as many as pass, none included; what is in memory is one chunk. The first is small,
    so that it comes soon.
    """
    limit = min(chunk, FIRST_CHUNK)
    while True:
        rows = await _page(connection, book, filters, before_id=before_id, limit=limit)
        if rows:
            yield await _shown(connection, book, rows, filters=filters, scale=scale, now=now)
        if len(rows) < limit:
            return
        before_id, limit = rows[-1]["id"], chunk


async def find_case(
    connection: Connection, book: Book, case_id: int, *, scale: CaseScale, now: datetime
) -> Json | None:
    """Show one case; None when the organisation has none of that number."""
    filters = CaseFilters(case_id=case_id)
    rows = await _page(connection, book, filters, before_id=None, limit=1)
    found = await _shown(connection, book, rows, filters=filters, scale=scale, now=now)
    return found[0] if found else None


async def one_case(connection: Connection, book: Book, case_id: int) -> Case | None:
    """Load what is kept of one case itself."""
    rows = await _page(connection, book, CaseFilters(case_id=case_id), before_id=None, limit=1)
    return case_rows.case_of(rows[0]) if rows else None


async def _page(
    connection: Connection,
    book: Book,
    filters: CaseFilters,
    *,
    before_id: int | None,
    limit: int,
) -> Sequence[Any]:
    return await connection.fetch(  # type: ignore[no-any-return]  # asyncpg's records
        _SQL["page"],
        book.organization_id,
        filters.case_id,
        filters.status,
        filters.reconciliation_status,
        filters.external_reference,
        filters.created_from,
        filters.created_to,
        before_id,
        limit,
    )


async def _shown(
    connection: Connection,
    book: Book,
    rows: Sequence[Any],
    *,
    filters: CaseFilters,
    scale: CaseScale,
    now: datetime,
) -> list[Json]:
    """Judge the cases of a page, and show those whose verdict passes."""
    picture = CasePicture(book=book)
    for row in rows:
        picture.hold_case(case_rows.case_of(row))
        picture.intents[row["record_id"]] = case_rows.joined_intent_of(row)
    await load_evidence(connection, picture)
    events = defaultdict(list)
    told = await connection.fetch(_SQL["events"], book.organization_id, [row["id"] for row in rows])
    for event in told:
        events[event["case_id"]].append(case_rows.event_answer(event))
    shown = []
    for row in rows:
        bundle: Bundle = replace(
            picture.bundle(row["record_id"]), exception_type=row["reason_code"]
        )
        judged = judge(facts_of(bundle), scale=scale, now=now)
        told_of = {judged.verdict} | ({"sla_risk"} if judged.sla_risk else set())
        if not filters.verdicts or filters.verdicts & told_of:
            shown.append(case_answer(bundle, judged, events[row["id"]]))
    return shown
