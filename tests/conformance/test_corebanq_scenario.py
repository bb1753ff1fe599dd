"""Corebanq's way through its routes alone, on a real statement."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from fixtures.public_api import PublicApi, until
from real.camt_corpus import expected_facts

NAME = "files/camt053/camt-to-coda__CAMT_053_2024-03-12.xml"
RUNS = "/v1/ledgers/reconciliation/runs"
MATCHES = "/v1/ledgers/reconciliation/matches"
ITEMS = "/v1/ledgers/reconciliation/items"
ACCOUNT = {"id": "1200", "name": "Bank", "currency": "EUR"}
PAIRS = 4  # items that have one entry of the same amount in the ledger
Json = dict[str, Any]


class Ledger:
    """A ledger with one run, and what a scenario does with it."""

    def __init__(self, api: PublicApi, ledger: str, run: str) -> None:
        self.api = api
        self.id = ledger
        self.run = f"{RUNS}/{run}"

    async def upload(self, name: str, content: bytes, **form: str) -> httpx2.Response:
        return await self.api.client.post(
            f"{self.run}/sources/upload", files={"file": (name, content)}, data=form
        )

    async def add(self, *entries: Json) -> list[str]:
        """Add entries to the general ledger and wait until they are there; their ids."""
        path = f"/v1/ledgers/{self.id}/entries"
        told = await self.api.post(
            path, {"entries": [one | {"account": ACCOUNT} for one in entries]}
        )
        ids = [one["id"] for one in told["entries"]]
        await until(
            lambda: self.api.all_of(f"{self.run}/gl-all"),
            lambda found: set(ids) <= {one["id"] for one in found},
        )
        return ids

    async def items(self) -> dict[str, Json]:
        return {one["id"]: one for one in await self.api.all_of(f"{self.run}/items")}

    async def gl_only(self) -> set[str]:
        return {one["id"] for one in await self.api.all_of(f"{self.run}/gl-only")}

    async def matches(self, status: str) -> list[Json]:
        return await self.api.all_of(f"{self.run}/matches", status=status)

    async def discrepancy(self, entry_id: str, status: str) -> Json:
        """Wait for an entry's discrepancy to have a status."""
        found = await until(
            lambda: self.api.all_of(f"{self.run}/discrepancies", status=status),
            lambda several: entry_id in {one["entry_id"] for one in several},
        )
        return next(one for one in found if one["entry_id"] == entry_id)


async def open_ledger(api: PublicApi, **run: Any) -> Ledger:
    ledger = await api.post("/v1/ledgers", {"name": "Main account"})
    made = await api.post(RUNS, {"ledger_id": ledger["id"], **run})
    assert made["status"] == "pending"
    return Ledger(api, ledger["id"], made["id"])


def booked(item: Json, *, amount: str | None = None, days: int = 0, text: str = "") -> Json:
    """Give the ledger's entry of an item: the same money, some days away."""
    year_month, day = item["date"][:8], int(item["date"][8:])
    return {
        "amount": item["amount"] | ({} if amount is None else {"amount": amount}),
        "direction": item["direction"],
        "date": f"{year_month}{day + days:02}",
        "description": text or None,
    }


@pytest.fixture(scope="module")
async def ledger(api: PublicApi, corpus: Path) -> Ledger:
    """Give a ledger whose run has the statement, and entries that answer to nine of its items."""
    ledger = await open_ledger(api, note="March")
    told = await ledger.upload("statement.xml", (corpus / NAME).read_bytes())
    assert told.status_code == 201, told.text
    return ledger


async def test_a_statement_is_matched_worked_off_and_closed(ledger: Ledger, corpus: Path) -> None:
    facts = expected_facts(corpus)[NAME]
    items = list((await ledger.items()).values())
    assert len(items) == facts["n_entries"]
    assert {one["status"] for one in items} == {"unmatched"}
    pairs, (doubtful, disputed, larger, unknown) = items[:PAIRS], items[PAIRS : PAIRS + 4]
    half = str(int(larger["amount"]["amount"]) // 2)
    await ledger.add(
        *(booked(one) for one in pairs),
        *(booked(doubtful, days=days) for days in (-1, 1)),
        *(booked(disputed, days=days) for days in (-1, 1)),
    )
    (part,) = await ledger.add(booked(larger, amount=half))
    everything = await ledger.gl_only()
    assert len(everything) == PAIRS + 5

    matched = await ledger.api.post(f"{ledger.run}/auto-match", {})

    assert matched == {"matched": PAIRS + 2}
    assert len(await ledger.matches("accepted")) == PAIRS
    suggested = {one["source_entry_ids"][0]: one for one in await ledger.matches("suggested")}
    assert set(suggested) == {doubtful["id"], disputed["id"]}
    after_auto = await ledger.gl_only()
    assert len(after_auto) == len(everything) - PAIRS - 2

    await _accept_and_reject(ledger, suggested[doubtful["id"]], suggested[disputed["id"]])
    assert len(await ledger.gl_only()) == len(after_auto) + 1
    await _match_in_part(ledger, larger, part, half)
    await _close_and_reopen(ledger, unknown)
    await _finish(ledger, suggested[doubtful["id"]]["id"])


async def _accept_and_reject(ledger: Ledger, right: Json, wrong: Json) -> None:
    accepted = await ledger.api.post(f"{MATCHES}/{right['id']}/accept", {})
    again = await ledger.api.post(f"{MATCHES}/{right['id']}/accept", {})
    rejected = await ledger.api.post(f"{MATCHES}/{wrong['id']}/reject", {})
    refused = await ledger.api.client.post(f"{MATCHES}/{wrong['id']}/accept")
    noted = await ledger.api.client.patch(
        f"{MATCHES}/{right['id']}/note", json={"note": "as the bank says"}
    )

    assert (accepted["status"], rejected["status"]) == ("accepted", "rejected")
    assert again == accepted
    assert refused.status_code == 409
    assert noted.json()["note"] == "as the bank says"
    items = await ledger.items()
    assert items[right["source_entry_ids"][0]]["status"] == "matched"
    assert items[wrong["source_entry_ids"][0]]["status"] == "unmatched"


async def _match_in_part(ledger: Ledger, item: Json, part: str, half: str) -> None:
    before = await ledger.gl_only()
    links = {"source_entry_ids": [item["id"]], "ledger_entry_ids": [part], "note": "first half"}

    made = await ledger.api.client.post(f"{ledger.run}/manual-match", json=links)
    again = await ledger.api.client.post(f"{ledger.run}/manual-match", json=links)

    assert made.status_code == 201, made.text
    assert [one["amount"]["amount"] for one in made.json()["allocations"]] == [half, half]
    assert made.json()["note"] == "first half"
    assert again.status_code == 409
    now = (await ledger.items())[item["id"]]
    left = int(item["amount"]["amount"]) - int(half)
    assert (now["status"], now["remaining"]["amount"]) == ("partial", str(left))
    assert await ledger.gl_only() == before - {part}


async def _close_and_reopen(ledger: Ledger, item: Json) -> None:
    opened = await ledger.discrepancy(item["id"], "open")
    body = {"ledger_id": ledger.id, "reason": "manual_review", "note": "a test of the bank"}

    closed = await ledger.api.post(f"{ITEMS}/{item['id']}/close", body)
    resolved = await ledger.discrepancy(item["id"], "closed")
    again = await ledger.api.post(f"{ledger.run}/auto-match", {})
    reopened = await ledger.api.post(f"{ITEMS}/{item['id']}/reopen", {})
    restored = await ledger.discrepancy(item["id"], "open")

    assert (closed["status"], closed["closing_reason"]) == ("closed", "manual_review")
    assert (reopened["status"], reopened["closed_at"]) == ("unmatched", None)
    assert opened["id"] == resolved["id"] == restored["id"]
    assert again == {"matched": 1}  # what was rejected has one counterpart left
    assert (await ledger.items())[item["id"]]["status"] == "unmatched"


async def _finish(ledger: Ledger, match_id: str) -> None:
    client = ledger.api.client
    accounts = await ledger.api.all_of("/v1/ledgers/accounts", ledger_id=ledger.id)
    assert [(one["id"], one["unreconciled_count"]) for one in accounts] == [
        ("1200", len(await ledger.gl_only()))
    ]
    refused = await client.delete(ledger.run)
    assert (refused.status_code, refused.json()["code"]) == (409, "run_has_matches")

    closed = await ledger.api.post(f"{ledger.run}/close", {})

    assert closed["status"] == "closed"
    for answer in (
        await client.post(f"{ledger.run}/auto-match"),
        await client.patch(ledger.run, json={"note": "late"}),
        await client.post(f"{MATCHES}/{match_id}/reject"),
        await ledger.upload("late.csv", b"date,amount,currency,direction\n"),
        await client.delete(ledger.run),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "run_closed")


async def test_a_file_is_loaded_once_refused_whole_or_deleted_with_its_entries(
    api: PublicApi,
) -> None:
    ledger = await open_ledger(api, mode="manual")
    content = (
        b"date,amount,currency,direction\n2026-01-05,12.34,EUR,credit\n2026-01-06,1,EUR,debit\n"
    )

    first = await ledger.upload("a.csv", content, idempotency_key="once")
    same_key = await ledger.upload("a.csv", content, idempotency_key="once")
    same_file = await ledger.upload("b.csv", content)
    other = await ledger.upload(
        "a.csv", content + b"2026-01-07,2,EUR,debit\n", idempotency_key="once"
    )
    broken = await ledger.upload("broken.xml", b"<Document><nothing/></Document>")
    sources = await api.get(f"{ledger.run}/sources")

    assert (first.status_code, first.json()["imported"]) == (201, 2)
    assert (same_key.status_code, same_key.text) == (201, first.text)
    assert same_key.headers["x-idempotency-replayed"] == "true"
    assert (same_file.status_code, same_file.json()["imported"]) == (200, 0)
    assert same_file.json()["source_file"]["id"] == first.json()["source_file"]["id"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert broken.status_code == 422
    assert [(one["format"], one["status"]) for one in sources["data"]] == [
        ("csv", "processed"), ("camt.053", "failed")]  # fmt: skip
    (kept, _) = sources["data"]
    deleted = await api.client.delete(f"{ledger.run}/sources/{kept['id']}")
    assert deleted.status_code == 204, deleted.text
    assert await ledger.items() == {}
    back = await ledger.upload("a.csv", content)
    assert (back.status_code, back.json()["imported"]) == (201, 2), back.text
    assert len(await ledger.items()) == 2
    gone = await api.client.delete(ledger.run)
    assert gone.status_code == 204, gone.text
    assert (await api.client.get(ledger.run)).status_code == 404


async def test_a_manual_run_only_suggests_and_a_reconcile_takes_everything(
    api: PublicApi,
) -> None:
    ledger = await open_ledger(api, mode="manual")
    rows = b"date,amount,currency,direction\n2026-01-05,12.34,EUR,credit\n"
    await ledger.upload("a.csv", rows)
    (item,) = (await ledger.items()).values()
    await ledger.add(booked(item))

    matched = await api.post(f"{ledger.run}/auto-match", {})

    assert matched == {"matched": 1}
    (suggested,) = await ledger.matches("suggested")
    assert await ledger.gl_only() == set()
    await api.post(f"{MATCHES}/{suggested['id']}/reject", {})
    await ledger.add(booked(item, days=1))
    run = await api.post(f"/v1/ledgers/{ledger.id}/reconcile", {})
    assert (run["mode"], run["status"], run["matched"]) == ("automatic", "completed", 1)
    assert len(await api.all_of(RUNS, ledger_id=ledger.id)) == 2
