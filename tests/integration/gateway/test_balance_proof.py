"""The balance proof is composed of what two services know, and asks each for its part."""

from typing import Any

import pytest

from integration.gateway.conftest import Gateway
from integration.gateway.test_reads import FIELDS, LEDGER, RECONCILIATION, STREAM

PROOF = "/v1/reconciliations/41/balance_proof"
TERM = {
    "name": "side_a", "sum": "1234", "opening": "0", "count": 1, "pending": 0, "informational": 0,
    "record_ids": [501], "next_cursor": None,
}  # fmt: skip
TOLD = {
    "reconciliation_id": 41, "as_of": None, "seq": 9, "sign_mode": "opposite",
    "streams": RECONCILIATION["streams"], "proven": True,
    "currencies": [
        {"currency": "EUR", "exponent": 2, "proven": True, "side_difference": "-1234",
         "difference": "0", "terms": [TERM]}
    ],
}  # fmt: skip
BATCH = {"id": 21, "stream_id": 11}


@pytest.fixture(autouse=True)
def _known(gateway: Gateway) -> None:
    gateway.ingest.answer("GET", "/internal/streams", [STREAM, LEDGER])
    gateway.matcher.answer("GET", "/internal/reconciliations/41", RECONCILIATION)
    gateway.matcher.answer("GET", "/internal/reconciliations/41/balance_proof", TOLD)
    days: dict[str, Any] = {"data": [], "next_cursor": "WyJhIl0=", "limit": 7}
    gateway.ingest.answer("GET", "/internal/balance_days", days)


async def test_the_statements_of_the_matchers_streams_are_asked_for(gateway: Gateway) -> None:
    params = {
        "as_of": "2026-01-05T10:00:00+01:00", "account": "DE1", "date_from": "2026-01-01",
        "date_to": "2026-01-31", "cursor": "WyJhIl0=", "limit": "7",
    }  # fmt: skip

    shown = (await gateway.ask("GET", PROOF, params=params)).json()

    (asked,) = [one for one in gateway.ingest.calls if one.path == "/internal/balance_days"]
    sides = {"side_a_stream_ids": "11", "side_b_stream_ids": "12", "sign_mode": "opposite"}
    assert asked.query == params | sides
    (matcher,) = gateway.matcher.calls
    assert matcher.query == {"as_of": params["as_of"]}
    assert (shown["next_cursor"], shown["limit"], shown["days"]) == ("WyJhIl0=", 7, [])


async def test_amounts_are_integers_however_long(gateway: Gateway) -> None:
    long = "9" * 50
    term = TERM | {"sum": long, "opening": f"-{long}"}
    (currency,) = TOLD["currencies"]  # type: ignore[misc]  # a list of one
    told = TOLD | {"currencies": [currency | {"terms": [term]}]}
    gateway.matcher.answer("GET", "/internal/reconciliations/41/balance_proof", told)

    shown = (await gateway.ask("GET", PROOF)).json()

    (shown_term,) = shown["currencies"][0]["terms"]
    assert (shown_term["sum"], shown_term["opening_balance"]) == (int(long), -int(long))


async def test_booked_records_are_shown_only_of_a_stream_of_the_reconciliation(
    gateway: Gateway,
) -> None:
    params = {"term": "booked", "import_batch_id": "21", "statement": "2", "currency": "EUR"}
    records = {"data": [{"record_id": 501, "fields": FIELDS}], "next_cursor": None, "limit": 50}
    gateway.ingest.answer("GET", "/internal/import_batches/21/statements/2/records", records)
    gateway.ingest.answer("GET", "/internal/import_batches/21", BATCH)

    shown = (await gateway.ask("GET", f"{PROOF}/entries", params=params)).json()
    gateway.ingest.answer("GET", "/internal/import_batches/21", BATCH | {"stream_id": 99})
    foreign = await gateway.ask("GET", f"{PROOF}/entries", params=params)

    assert shown["data"] == [
        {"record_id": 501, "data_stream_key": "bank", "side": "A", "amount": 1234,
         "currency": "EUR", "decimal_places": 2, "date": "2026-01-05"}
    ]  # fmt: skip
    assert foreign.status_code == 404
