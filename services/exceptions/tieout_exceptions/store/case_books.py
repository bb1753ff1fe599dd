"""Which reconciliation makes an organisation's cases, and the intents that were announced."""

from dataclasses import astuple
from datetime import datetime
from typing import Any

import msgspec

from tieout_contracts.record import Fields
from tieout_exceptions.domain.cases.book import Book
from tieout_exceptions.domain.cases.intent_answers import intent_answer, intent_status
from tieout_exceptions.store.case_rows import intent_of
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_exceptions", "case_books.sql")


async def find_book(connection: Connection, organization_id: int) -> Book | None:
    row = await connection.fetchrow(_SQL["find_book"], organization_id)
    return None if row is None else Book(**row)


async def add_book(connection: Connection, book: Book) -> None:
    """Keep a book; the organisation's first one stays."""
    await connection.execute(_SQL["add_book"], *astuple(book))


async def add_intent(
    connection: Connection, *, organization_id: int, record: dict[str, Any], reference: str
) -> None:
    """Keep an intent as ingest answered that it took it."""
    fields = msgspec.convert(record["fields"], Fields)
    created_at = fields.metadata.get("created_at") or record["created_at"]
    await connection.execute(
        _SQL["add_intent"],
        organization_id,
        record["id"],
        record["version"],
        reference,
        msgspec.json.encode(fields),
        datetime.fromisoformat(created_at),
    )


async def intents(
    connection: Connection,
    *,
    organization_id: int,
    reference: str | None = None,
    record_id: int | None = None,
    below_id: int | None = None,
    limit: int = 1,
) -> list[tuple[Fields, dict[str, Any]]]:
    """List intents, newest first: their fields and how they are shown."""
    rows = await connection.fetch(
        _SQL["intents"], organization_id, reference, record_id, below_id, limit
    )
    found = []
    for row in rows:
        intent = intent_of(row)
        status = intent_status(row["reconciliation_status"], withdrawn=row["withdrawn"])
        found.append((intent.fields, intent_answer(intent, status)))
    return found
