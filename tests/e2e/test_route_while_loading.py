"""A reconciliation made while a file is loaded gets every record of it, exactly once."""

from typing import Any

import pytest

from fixtures.public_api import PublicApi, until

ROWS = 40_000


@pytest.fixture(scope="module")
def big_file() -> str:
    rows = (f"2026-11-05,{number}.01,EUR,credit,row {number},r-{number}" for number in range(ROWS))
    return "\n".join(["date,amount,currency,direction,description,external_id", *rows])


async def test_no_record_is_lost_and_none_comes_twice(api: PublicApi, big_file: str) -> None:
    stream = await api.stream("big", expected_days=366)
    begun = await api.upload("big", "big.csv", big_file)

    async def batch() -> dict[str, Any]:
        told: dict[str, Any] = await api.get(f"/v1/import_batches/{begun.id}")
        return told

    loading = await until(batch, lambda seen: seen["accepted"] > 0)
    number = await api.reconciliation("made while loading", side_a=[stream], side_b=[])
    path = f"/v1/reconciliations/{number}/progress"
    routed = await until(lambda: api.get(path), lambda seen: seen["routed"] > 0)
    still = await batch()

    completed = await api.imported(begun.id)
    progress = await api.decided(number, ROWS)

    assert (loading["status"], still["status"]) == ("loading", "loading"), "it was too quick"
    assert routed["routed"] < ROWS
    assert (completed.status, completed.accepted) == ("completed", ROWS)
    counts = [progress.accepted, progress.routed, progress.decided, progress.unmatched]
    assert counts == [ROWS] * len(counts)
