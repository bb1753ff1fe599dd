"""Records corrected, deleted and booked after they came: matches and exceptions follow."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from fixtures.public_api import PublicApi, until
from fixtures.stack import RunningStack
from tieout_ops.verify import verify
from tieout_ops.verify_report import as_table

Json = dict[str, Any]
MATCH = "reconciliation_match_id"
QUIET = timedelta(seconds=60)
HEADER = "date,amount,currency,direction,description,external_id,status\n"
ROW = "2026-11-02,{0}.00,EUR,credit,invoice {0},{1},{2}\n"


@dataclass(frozen=True, kw_only=True)
class Books:
    """Two streams of one organisation; entries are named by their own identifier."""

    api: PublicApi
    number: int

    async def upload(self, key: str, name: str, *rows: tuple[int, str, str]) -> None:
        content = HEADER + "".join(ROW.format(*row) for row in rows)
        await self.api.imported((await self.api.upload(key, f"{name}.csv", content)).id)

    async def entries(self) -> dict[str, Json]:
        listed = await self.api.all_of(f"/v1/reconciliations/{self.number}/entries")
        return {one["external_id"]: one for one in listed}

    async def entry(self, name: str) -> Json:
        return (await self.entries())[name]

    async def path_of(self, name: str) -> str:
        return f"/v1/records/{(await self.entry(name))['id']}"

    async def change(self, name: str, members: Json, **headers: str) -> httpx2.Response:
        path = await self.path_of(name)
        return await self.api.client.patch(path, json=members, headers=headers)

    async def progress(self) -> list[int]:
        seen = await self.api.get(f"/v1/reconciliations/{self.number}/progress")
        return [seen[name] for name in ("decided", "matched", "unmatched", "ended")]


@pytest.fixture(scope="module")
async def books(api: PublicApi) -> Books:
    """Give a pair that matched; beside it each test brings what it needs."""
    streams = [await api.stream(key, expected_days=366) for key in ("bank", "books")]
    number = await api.reconciliation("Bank to books", side_a=streams[:1], side_b=streams[1:])
    await api.rule(number, "amount", "description")
    made = Books(api=api, number=number)
    await made.upload("bank", "first", (100, "bank-100", "posted"))
    await made.upload("books", "first", (100, "book-100", "posted"))
    await api.decided(number, 2)
    return made


async def test_what_is_matched_is_not_changed_and_the_match_is_named(books: Books) -> None:
    entry = await books.entry("bank-100")

    patched = await books.change("bank-100", {"amount": 10100})
    deleted = await books.api.client.delete(await books.path_of("bank-100"))

    for answer in (patched, deleted):
        assert (answer.status_code, answer.json()["code"]) == (409, "already_matched")
        assert f"by match {entry[MATCH]}" in answer.json()["detail"]
    assert await books.entry("bank-100") == entry


async def test_a_correction_finds_the_counterpart_and_history_says_who_changed_what(
    books: Books,
) -> None:
    await books.upload("bank", "typing error", (2000, "bank-200", "posted"))
    await books.upload("books", "right", (200, "book-200", "posted"))
    await books.api.decided(books.number, 4)
    members = {"amount": 20000, "description": "invoice 200"}

    first = await books.change("bank-200", members, **{"x-idempotency-key": "once"})
    entry = await until(lambda: books.entry("bank-200"), lambda one: MATCH in one)
    again = await books.change("bank-200", members, **{"x-idempotency-key": "once"})

    assert (first.status_code, again.status_code) == (200, 200), first.text
    assert again.headers["x-idempotency-replayed"] == "true"
    assert again.json() == first.json()
    assert entry[MATCH] == (await books.entry("book-200"))[MATCH]
    history = await books.api.get(f"{await books.path_of('bank-200')}/versions")
    assert [(one["version"], one["amount"]) for one in history] == [(1, 200000), (2, 20000)]
    assert history[1]["changed"] == ["amount", "description"]
    assert "account_id" in history[1]
    assert "import_batch_id" in history[0]


async def test_a_deleted_record_is_gone_and_so_is_its_exception(books: Books) -> None:
    await books.upload("bank", "sent in error", (300, "bank-300", "posted"))
    await until(books.entries, lambda all_: "bank-300" in all_)
    entry, before = await books.entry("bank-300"), await books.progress()
    overdue = f"/v1/reconciliations/{books.number}/records/{entry['id']}/mark_overdue"
    await books.api.post(overdue, {})
    raised = await until(lambda: books.entry("bank-300"), lambda one: "break_id" in one)

    await books.api.delete(f"/v1/records/{entry['id']}")

    gone = await until(
        lambda: books.api.get(f"/v1/exceptions/{raised['break_id']}"),
        lambda one: one["status"] == "RESOLVED",
    )
    assert "resolutionType" not in gone or gone["resolutionType"] != "FORCE_MATCH"
    assert "bank-300" not in await books.entries()
    after = await books.progress()
    assert [now - then for then, now in zip(before, after, strict=True)] == [0, 0, -1, 1]
    answer = await books.api.client.get(f"/v1/records/{entry['id']}")
    assert answer.status_code == 404
    history = await books.api.get(f"/v1/records/{entry['id']}/versions")
    assert [(one["version"], one["change"]) for one in history] == [(1, "reported"), (2, "deleted")]


async def test_what_is_pending_is_open_until_its_source_books_it(books: Books) -> None:
    await books.upload("books", "expected", (400, "book-400", "posted"))
    await books.upload("bank", "reserved", (400, "bank-400", "pending"))
    pending = (await until(books.entries, lambda all_: {"bank-400", "book-400"} <= all_.keys()))[
        "bank-400"
    ]

    await books.upload("bank", "booked", (400, "bank-400", "posted"))
    booked = await until(lambda: books.entry("bank-400"), lambda one: MATCH in one)

    assert MATCH not in pending
    assert pending["overdue_at"] is None
    assert pending["reason"]["code"] == "pending"
    assert booked["id"] == pending["id"]
    assert booked[MATCH] == (await books.entry("book-400"))[MATCH]


async def test_then_every_invariant_holds(books: Books, stack: RunningStack) -> None:
    assert (await books.progress())[3] == 1

    report = await verify(
        stack.postgres_url, role_password=stack.local.secrets.role_password, wait=QUIET
    )

    ours = [one for one in report.findings if not one.holds and one.check.invariant != "I10"]
    assert ours == [], as_table(report)
