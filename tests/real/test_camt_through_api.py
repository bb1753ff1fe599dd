"""Every real camt file, uploaded as a caller would, is reported exactly as its facts are known."""

import asyncio
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fixtures.public_api import PublicApi
from real.camt_corpus import camt_paths, expected_facts
from real.statement_facts import differences
from tieout_client.models import ImportBatch
from tieout_ingest.domain.statement import StatementReport

FILES = 348
AT_ONCE = 12
SAMPLES = 20
SEVERAL_CURRENCIES = 6


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    name: str
    batch: ImportBatch
    facts: dict[str, Any]

    @property
    def statements(self) -> list[StatementReport]:
        return msgspec.convert(self.batch.statements, list[StatementReport])


@pytest.fixture(scope="module")
async def uploads(api: PublicApi, corpus: Path) -> list[Uploaded]:
    """Each file in a stream of its own, with the default profile."""
    facts, gate = expected_facts(corpus), asyncio.Semaphore(AT_ONCE)

    async def upload(number: int, name: str, content: bytes) -> int:
        async with gate:
            await api.stream(f"camt-{number}")
            return (await api.upload(f"camt-{number}", name, content)).id

    with tempfile.TemporaryDirectory() as scratch:
        files = [(name, path.read_bytes()) for name, path in camt_paths(corpus, Path(scratch))]
    batches = await asyncio.gather(*(upload(n, *file) for n, file in enumerate(files)))
    return [
        Uploaded(name=name, batch=await api.imported(batch), facts=facts[name])
        for (name, _), batch in zip(files, batches, strict=True)
    ]


def test_every_statement_is_as_its_facts_say(
    uploads: list[Uploaded], show_table: Callable[[Sequence[Sequence[object]]], None]
) -> None:
    wrong = {
        one.name: differences(one.name, one.statements, one.facts["statements"]) for one in uploads
    }

    show_table(_table(uploads, wrong))
    assert len(uploads) == FILES
    assert [found for found in wrong.values() if found] == []


@pytest.mark.parametrize("fact", ["sum_credits", "sum_debits", "booked_net", "opening", "closing"])
def test_a_cent_more_would_be_seen(uploads: list[Uploaded], fact: str) -> None:
    """The control of the comparison above."""
    one = next(one for one in uploads if all(facts["ties"] for facts in one.facts["statements"]))
    facts = one.facts["statements"][-1]
    changed = facts | {fact: str(Decimal(facts[fact]) + Decimal("0.01"))}

    found = differences(one.name, one.statements, [*one.facts["statements"][:-1], changed])

    assert [fact in text for text in found] == [True]


def test_every_row_is_accepted_or_rejected_with_its_line(uploads: list[Uploaded]) -> None:
    batches = {one.name: one.batch for one in uploads}
    rejections = [
        (name.rpartition("_")[2], rejection.line, rejection.code)
        for name, batch in batches.items()
        for rejection in batch.rejections
    ]

    assert {batch.status for batch in batches.values()} == {"completed"}
    assert [
        name
        for name, batch in batches.items()
        if batch.rows_read != batch.accepted + batch.skipped + batch.rejected
        or batch.record_count != batch.accepted
        or batch.rejected != len(batch.rejections)
        or batch.skipped
    ] == []
    assert rejections == [("amount.xml", 16, "unreadable_amount")]


def test_the_records_move_what_the_entries_move(uploads: list[Uploaded]) -> None:
    """The sums of the stored records, by currency, against the facts of the statements."""
    wrong = []
    for one in uploads:
        moved: defaultdict[str, Decimal] = defaultdict(Decimal)
        for report in one.statements:
            if report.entries:
                moved[report.currency or ""] += report.sum_credits - report.sum_debits
        stored = {
            total.currency: Decimal(total.net_amount).scaleb(-total.decimal_places)
            for total in one.batch.by_currency
        }
        if any(stored.get(currency, 0) != moved.get(currency, 0) for currency in {*stored, *moved}):
            wrong.append((one.name, stored, dict(moved)))

    assert wrong == []


def test_the_six_statements_in_several_currencies_tie_in_none(uploads: list[Uploaded]) -> None:
    """Their entries, or their balances, are in more than one; a single sum would be a lie."""
    several = [
        [report for report in one.statements if report.statement == number]
        for one in uploads
        for number, facts in enumerate(one.facts["statements"], 1)
        if len(facts["entry_currencies"]) > 1 or len({b["ccy"] for b in facts["balances"]}) > 1
    ]

    assert len(several) == SEVERAL_CURRENCIES
    for reports in several:
        assert len({one.currency for one in reports}) == len(reports) > 1
        assert {one.balance_check for one in reports} == {"not stated"}


async def test_the_records_of_a_batch_are_those_it_counts(
    api: PublicApi, uploads: list[Uploaded]
) -> None:
    wrong = []
    for one in uploads[:: len(uploads) // SAMPLES]:
        records = await api.all_of(f"/v1/import_batches/{one.batch.id}/records")
        keys = {record["data_stream_key"] for record in records}
        if len({record["id"] for record in records}) != one.batch.accepted or len(keys) > 1:
            wrong.append((one.name, len(records), one.batch.accepted))

    assert wrong == []


def _table(uploads: Sequence[Uploaded], wrong: dict[str, list[str]]) -> list[tuple[str | int, ...]]:
    """One line a kind and version: what was read, how it ties, what is not as it should be."""
    lines: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in uploads:
        kind = one.name.split("/")[1]
        version = one.facts["version"] or "no namespace"
        for line in (lines[f"{kind} {version}"], lines[f"{kind} all"], lines["~ all"]):
            line["files"] += 1
            line["statements"] += len(one.facts["statements"])
            line["entries"] += sum(report.entries for report in one.statements)
            line["records"] += one.batch.accepted
            line["rejections"] += one.batch.rejected
            line.update(report.balance_check.partition(" by")[0] for report in one.statements)
            line["mismatches"] += len(wrong[one.name])
    columns = ("files", "statements", "entries", "records", "rejections", "ties", "differs")
    columns += ("not stated", "mismatches")
    rows = [(name, *(line[column] for column in columns)) for name, line in sorted(lines.items())]
    return [("kind and version", *columns), *rows]
