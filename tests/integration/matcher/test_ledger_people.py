"""What people do in runs of ledgers: link in part, decide, close items and open them again."""

from typing import Any

import pytest

from integration.matcher.checker import check
from integration.matcher.journal import outcomes_of
from integration.matcher.ledger_calls import CONFLICT, LedgerCalls, open_ledger
from integration.matcher.service import Service
from integration.matcher.world import World
from tieout_contracts.outcomes import EntryClosed, EntryReopened


async def test_people_match_in_part_and_decide(ledger: LedgerCalls) -> None:
    await ledger.bring(81, (1, "1000"))
    await ledger.arrive("B", (11, "400"), (12, "600"))
    path = f"/ledger_runs/{ledger.run}/manual_match"

    first = await ledger.post(path, json={"source_entry_ids": [1], "ledger_entry_ids": [11]})
    partly = (await ledger.items())[1]
    second = await ledger.post(
        path, json={"source_entry_ids": [1], "ledger_entry_ids": [12], "note": "the rest"}
    )

    assert (partly["status"], partly["left_minor"]) == ("partial", "600")
    assert (await ledger.items())[1]["status"] == "matched"
    assert [(one["note"], one["ledger_run_id"]) for one in (first, second)] == [
        (None, ledger.run), ("the rest", ledger.run)]  # fmt: skip
    await check(ledger.world, ledger.key)
    rejected = await ledger.post(f"/ledger_matches/{second['id']}/reject")
    accept = await ledger.service.call("POST", f"/ledger_matches/{second['id']}/accept")
    assert (rejected["status"], accept.status_code) == ("revoked", CONFLICT)
    assert (await ledger.items())[1]["status"] == "partial"
    await check(ledger.world, ledger.key)


@pytest.mark.parametrize(
    ("links", "status", "code"),
    [
        ({"source_entry_ids": [11], "ledger_entry_ids": [11]}, 422, "entry_unknown"),
        ({"source_entry_ids": [1], "ledger_entry_ids": [1]}, 422, "entry_unknown"),
        ({"source_entry_ids": [3], "ledger_entry_ids": [11]}, 422, "entry_unknown"),
        ({"source_entry_ids": [99], "ledger_entry_ids": [11]}, 422, "entry_unknown"),
        ({"source_entry_ids": [2], "ledger_entry_ids": [11]}, CONFLICT, "already_matched"),
        ({"source_entry_ids": [4], "ledger_entry_ids": [11]}, CONFLICT, "entry_not_open"),
    ],
)
async def test_what_cannot_be_linked_is_refused(
    ledger: LedgerCalls, links: dict[str, Any], status: int, code: str
) -> None:
    """1 is open, 2 matched, 3 another run's, 4 closed."""
    other = await ledger.another_run()
    await ledger.bring(81, (1, "1000"), (2, "2000"), (4, "4000"))
    await other.bring(82, (3, "3000"))
    await ledger.arrive("B", (11, "1000"), (12, "2000"))
    matched = {"source_entry_ids": [2], "ledger_entry_ids": [12]}
    await ledger.post(f"/ledger_runs/{ledger.run}/manual_match", json=matched)
    await ledger.post("/ledger_items/4/close", json={"ledger_id": ledger.key[1]})

    answer = await ledger.service.call(
        "POST", f"/ledger_runs/{ledger.run}/manual_match", json=links
    )

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_closing_takes_an_item_out_and_reopening_brings_everything_back(
    ledger: LedgerCalls,
) -> None:
    await ledger.bring(81, (1, "1000"))
    await ledger.auto_match()
    before = await _standing(ledger)
    close = {"ledger_id": ledger.key[1], "reason": "manual_review", "note": "by phone"}

    closed = await ledger.post("/ledger_items/1/close", json=close)
    await check(ledger.world, ledger.key)
    await ledger.arrive("B", (11, "1000"))
    nothing = await ledger.auto_match()
    again = await ledger.post("/ledger_items/1/close", json=close)
    reopened = await ledger.post("/ledger_items/1/reopen")
    await check(ledger.world, ledger.key)

    assert (closed["status"], closed["closing_reason"]) == ("closed", "manual_review")
    assert nothing.json() == {"matched": 0}
    assert again == closed
    assert (reopened["status"], reopened["closing_reason"]) == ("unmatched", None)
    told = await outcomes_of(ledger.world, ledger.key)
    assert [type(one) for one in told if isinstance(one, EntryClosed | EntryReopened)] == [
        EntryClosed, EntryReopened]  # fmt: skip
    assert await _standing(ledger) == before | {"entries": 2}
    matched = await ledger.auto_match()
    assert matched.json() == {"matched": 1}
    await check(ledger.world, ledger.key)


async def test_closing_drops_a_suggestion_and_blocks_nothing(
    world: World, service: Service
) -> None:
    ledger = await open_ledger(world, service, mode="manual")
    await ledger.bring(81, (1, "1000"))
    await ledger.arrive("B", (11, "1000"))
    await ledger.auto_match()

    await ledger.post("/ledger_items/1/close", json={"ledger_id": ledger.key[1]})

    assert [one["status"] for one in await ledger.matches()] == ["rejected"]
    await check(world, ledger.key)
    await ledger.post("/ledger_items/1/reopen")
    matched = await ledger.auto_match()
    assert matched.json() == {"matched": 1}
    await check(world, ledger.key)


async def test_a_matched_item_is_not_closed_nor_one_of_another_ledger(
    ledger: LedgerCalls,
) -> None:
    other = await open_ledger(ledger.world, ledger.service)
    await ledger.bring(81, (1, "1000"), (2, "2000"))
    await ledger.arrive("B", (11, "1000"))
    await ledger.auto_match()

    matched = await ledger.service.call(
        "POST", "/ledger_items/1/close", json={"ledger_id": ledger.key[1]}
    )
    strange = await ledger.service.call(
        "POST", "/ledger_items/2/close", json={"ledger_id": other.key[1]}
    )

    assert (matched.status_code, matched.json()["code"]) == (CONFLICT, "already_matched")
    assert strange.status_code == 404


async def _standing(ledger: LedgerCalls) -> dict[str, Any]:
    """Count what the ledger holds."""
    (row,) = await ledger.world.rows(
        "SELECT entries, matched, overdue, ended FROM reconciliation WHERE id = $1", ledger.key[1]
    )
    return dict(row)
