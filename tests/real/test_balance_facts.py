"""Per-asset balances of another product's tests, as records of ours through the API."""

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from fixtures.public_api import PublicApi

Json = dict[str, Any]


@pytest.fixture(scope="module")
def cases(corpus: Path) -> list[Json]:
    found: list[Json] = json.loads((corpus / "facts" / "balances_formance.json").read_text())[
        "cases"
    ]
    return found


async def test_the_drift_of_each_asset_is_the_difference_of_the_sides(
    api: PublicApi, cases: list[Json]
) -> None:
    """Ledger on side A, payments on side B with the opposite sign, both as they are named."""
    assert cases
    proofs = await asyncio.gather(*(_proof_of(api, *one) for one in enumerate(cases)))
    for case, proof in zip(cases, proofs, strict=True):
        drift = {one["currency"]: one["side_difference"] for one in proof["currencies"]}
        assert {name: abs(amount) for name, amount in drift.items()} == case["drift"], case["name"]
        payments_exceed = any(amount > 0 for amount in drift.values())
        assert payments_exceed == (case["status"] == "NOT_OK"), case["name"]
        assert proof["proven"]
        assert _open(proof) == drift


def _open(proof: Json) -> dict[str, int]:
    """What explains each difference: here nothing is matched, so all of it is open."""
    found = {}
    for one in proof["currencies"]:
        sums = {term["term"]: term["sum"] for term in one["terms"]}
        found[one["currency"]] = sums["open_b"] - sums["open_a"]
    return found


async def _proof_of(api: PublicApi, number: int, case: Json) -> Json:
    sides = [f"{name}-{number}" for name in ("ledger", "payments")]
    streams = [await api.stream(key, expected_days=366) for key in sides]
    body = {"name": case["name"], "sign_mode": "opposite"}
    own = {"side_a_stream_ids": streams[:1], "side_b_stream_ids": streams[1:]}
    made = await api.post("/v1/reconciliations", body | own)
    records = [*_records(sides[0], case["ledger"]), *_records(sides[1], case["payments"])]
    await api.post("/v1/records/bulk", {"records": records})
    await api.decided(made["id"], len(records))
    told: Json = await api.get(f"/v1/reconciliations/{made['id']}/balance_proof")
    return told


def _records(stream_key: str, balances: Json) -> Iterable[Json]:
    for currency, amount in balances.items():
        yield {
            "data_stream_key": stream_key, "external_id": f"{stream_key}-{currency}",
            "amount": abs(amount), "currency": currency, "date": "2026-11-02",
            "direction": "credit" if amount >= 0 else "debit",
        }  # fmt: skip
