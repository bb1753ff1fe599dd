"""The balance proof over the public door: statements against books, page by page, then and now."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from fixtures.public_api import PublicApi, until
from unit.ingest.camt_files import balance, camt, entry

Json = dict[str, Any]
FORCED = {"notes": "a fee that nobody booked", "overrideReason": "BUSINESS_DECISION"}
BOOKS = """date,amount,currency,direction,description,external_id
2024-05-02,10.00,EUR,credit,first,book-1
2024-05-02,4.00,EUR,debit,second,book-2
2024-05-02,7.50,USD,credit,another currency,book-3
"""


def bank_day(day: str, opening: str, closing: str, *entries: str) -> str:
    return camt(
        *entries, balances=balance("OPBD", opening, day=day) + balance("CLBD", closing, day=day)
    )


def booked(text: str, amount: str, *, day: str = "2024-05-02", direction: str = "CRDT") -> str:
    carried = f"<AcctSvcrRef>{text}</AcctSvcrRef><AddtlNtryInf>{text}</AddtlNtryInf>"
    return entry(
        amount, direction=direction, more=carried, booked=f"<BookgDt><Dt>{day}</Dt></BookgDt>"
    )


@dataclass(frozen=True, kw_only=True)
class Books:
    api: PublicApi
    number: int

    async def proof(self, **params: Any) -> Json:
        told: Json = await self.api.get(
            f"/v1/reconciliations/{self.number}/balance_proof", **params
        )
        return told

    async def listed(self, **params: Any) -> list[Json]:
        path = f"/v1/reconciliations/{self.number}/balance_proof/entries"
        return await self.api.all_of(path, **params)


@pytest.fixture(scope="module")
async def books(api: PublicApi) -> Books:
    """Give two bank days against the books; one pair matched, the bank began with 100.00 EUR."""
    late = {"expected_days": 0, "arrival_grace_seconds": 0}
    bank, ledger = await api.stream("bank", **late), await api.stream("books", expected_days=366)
    body = {
        "name": "Bank to books", "side_a_stream_ids": [bank], "side_b_stream_ids": [ledger],
        "opening_balances": [{"side": "A", "currency": "EUR", "amount": 10000}],
    }  # fmt: skip
    number = (await api.post("/v1/reconciliations", body))["id"]
    await api.rule(number, "amount", "description")
    files = {
        "one.xml": bank_day("2024-05-02", "100", "108.50", booked("first", "10"),
                            booked("fee", "1.50", direction="DBIT")),
        "two.xml": bank_day("2024-05-03", "109", "112", booked("third", "3", day="2024-05-03")),
    }  # fmt: skip
    for name, content in files.items():
        await api.imported((await api.upload("bank", name, content)).id)
    await api.imported((await api.upload("books", "books.csv", BOOKS)).id)
    await api.decided(number, 6)
    return Books(api=api, number=number)


def terms(proof: Json, currency: str = "EUR") -> dict[str, tuple[int, int]]:
    (own,) = [one for one in proof["currencies"] if one["currency"] == currency]
    return {one["term"]: (one["sum"], one["record_count"]) for one in own["terms"]}


async def test_each_currency_is_proven_by_itself(books: Books) -> None:
    proof = await books.proof()

    assert (proof["proven"], [one["currency"] for one in proof["currencies"]]) == (
        True, ["EUR", "USD"],
    )  # fmt: skip
    eur, usd = terms(proof), terms(proof, "USD")
    assert (eur["side_a"], eur["side_b"]) == ((11150, 3), (600, 2))
    assert (eur["opening_difference"], eur["open_a"], eur["open_b"]) == (
        (-10000, 1), (150, 2), (-400, 1),
    )  # fmt: skip
    assert (usd["side_b"], usd["open_b"]) == ((750, 1), (750, 1))
    assert proof["currencies"][0]["side_difference"] == 600 - 11150


async def test_each_statement_day_ties_and_the_gap_between_them_shows(books: Books) -> None:
    proof = await books.proof()

    first, second = (one["sides"][0] for one in proof["days"])
    assert [one["day"] for one in proof["days"]] == ["2024-05-02", "2024-05-03"]
    assert [(one["opening"], one["records"], one["closing"], one["proven"])
            for one in (first, second)] == [
        (10000, 850, 10850, True), (10900, 300, 11200, True),
    ]  # fmt: skip
    assert first["statements"][0]["gap"] is None
    assert second["statements"][0]["gap"]["difference"] == 50
    assert second["statements"][0]["data_stream_key"] == "bank"
    only = await books.proof(date_from="2024-05-03", account="ACCOUNT-1", limit=1)
    assert [one["day"] for one in only["days"]] == ["2024-05-03"]


async def test_every_term_and_every_statement_lists_what_makes_it(books: Books) -> None:
    proof = await books.proof()
    (eur, _) = proof["currencies"]

    for one in eur["terms"]:
        listed = await books.listed(term=one["term"], currency="EUR", limit=1)
        assert sum(each["amount"] for each in listed) == one["sum"] - one["opening_balance"] or (
            one["term"] == "opening_difference" and not listed
        )
        assert [each["record_id"] for each in listed] == one.get("record_ids", [])
    statement = proof["days"][0]["sides"][0]["statements"][0]
    place = {"import_batch_id": statement["import_batch_id"], "statement": 1}
    made = await books.listed(term="booked", **place, limit=1)
    assert [(one["description"], one["amount"], one["side"]) for one in made] == [
        ("first", 1000, "A"), ("fee", -150, "A"),
    ]  # fmt: skip
    assert [one["record_id"] for one in made] == statement["record_ids"]


async def test_a_force_match_is_an_adjustment_from_then_on(books: Books) -> None:
    """Of side A, unmatched and late: its break is raised by itself."""
    (fee,) = [one for one in await books.listed(term="open_a") if one["amount"] == -150]
    path = f"/v1/reconciliations/{books.number}/entries/{fee['record_id']}"
    raised = await until(lambda: books.api.get(path), lambda one: "break_id" in one)
    before = datetime.now(UTC)  # noqa: TID251  # a caller's own clock

    await books.api.post(f"/v1/exceptions/{raised['break_id']}/force-match", FORCED)

    now, then = await books.proof(), await books.proof(as_of=before.isoformat())
    assert (now["proven"], then["proven"]) == (True, True)
    assert (terms(now)["adjustments"], terms(now)["open_a"]) == ((150, 1), (300, 1))
    assert (terms(then)["adjustments"], terms(then)["open_a"]) == ((0, 0), (150, 2))
    (adjustment,) = await books.listed(term="adjustments")
    assert (adjustment["amount"], adjustment["reason"]) == (150, "write_off")


async def test_what_cannot_be_asked_is_refused_with_its_path(books: Books) -> None:
    path = f"/v1/reconciliations/{books.number}/balance_proof"
    asked = [
        ("", {"as_of": "yesterday"}, "as_of"),
        ("", {"date_from": "05/02/2024"}, "date_from"),
        ("", {"curency": "EUR"}, "curency"),
        ("/entries", {"term": "everything"}, "term"),
        ("/entries", {"term": "booked"}, "import_batch_id"),
    ]
    for rest, params, named in asked:
        answer = await books.api.client.get(path + rest, params=params)
        assert answer.status_code == 422, answer.text
        assert named in answer.json()["errors"][0]["path"]
