"""Backtests on real tables: what they count, and that they write nothing."""

from datetime import timedelta
from typing import Any

import pytest

from integration.matcher.logs import a_log
from integration.matcher.service import Service
from integration.matcher.world import Key, World
from tieout_contracts.record import Side
from unit.matcher.builders import DAY, a_leaf, a_record, some_fields

BY_NAME = {"filters": {"rules": [a_leaf("external_id")]}}
NEAR = {"filters": {"rules": [a_leaf("external_id"), a_leaf("amount", tolerance_amount=1)]}}
BY_DAY = {
    "filters": {"rules": [a_leaf("amount")]},
    "cardinality": "many_to_one",
    "group_by": ["date", "counterparty"],
    "rollup": {"group_by_kind": "date"},
    "priority": 9,
}


async def tried(service: Service, key: Key, *rules: dict[str, Any], **given: Any) -> Any:
    body = {"reconciliation_id": key[1], "rules": list(rules)}
    window = {"date_from": str(DAY), "date_to": str(DAY + timedelta(days=30))}
    answered = await service.call("POST", "/backtests", json=body | window | given)
    assert answered.status_code == 200, answered.text
    return answered.json()


async def come(world: World, key: Key, *named: tuple[int, Side, str, str], **given: Any) -> None:
    """Deliver (record, side, external_id, amount in minor units)."""
    await world.deliver([
        a_record(n, side, some_fields(amount, external_id=name, **given), reconciliation_id=key[1])
        for n, side, name, amount in named
    ])  # fmt: skip


def pairs(told: Any) -> list[tuple[int, ...]]:
    return [(one["record_a"], one["record_b"]) for one in told["pairs"]]


@pytest.fixture
async def key(world: World) -> Key:
    """Give one pair that a rule made, one that a person did, one that nobody did."""
    key = await world.with_rule(a_leaf("external_id"))
    named = [(1, "A", "x", "500"), (2, "B", "x", "500"), (3, "A", "y", "500"), (4, "B", "y", "600"),
             (5, "A", "z", "700"), (6, "B", "z", "750")]  # fmt: skip
    await come(world, key, *named)  # type: ignore[arg-type]  # the sides are sides
    await world.match_by_hand(key, 3, 4, create_adjustment=True, adjustment_reason="a fee")
    return key


async def test_nothing_at_all_is_written(world: World, service: Service, key: Key) -> None:
    before = await world.tables()

    await tried(service, key, NEAR, BY_DAY)
    refused = await service.call("POST", "/backtests", json={"reconciliation_id": key[1]}, key="k")

    assert refused.status_code == 422
    assert await world.tables() == before
    assert {"entry", "match", "idempotency_key", "outbox", "sequences"} <= before.keys()
    assert "last_value=1" in "".join(before["sequences"])


async def test_the_rules_in_force_find_what_they_found_and_not_what_people_did(
    service: Service, key: Key
) -> None:
    told = await tried(service, key, with_rules_in_force=True)

    assert (told["precision"], told["recall"], told["truth_pairs"]) == (1, 0.5, 2)
    assert (told["new_pairs"]["count"], told["broken_pairs"]["of_people"]) == (0, 1)
    assert [
        (one["match_id"] > 0, one["kind"], one["now"]) for one in told["broken_pairs"]["pairs"]
    ] == [(True, "manual", "open")]
    assert told["match_rate"]["both"] == {
        "entries": 6, "matched_before": 4, "matched_after": 2, "before": 0.6666, "after": 0.3333,
    }  # fmt: skip
    ((rule),) = told["by_rule"]
    assert (rule["rule_index"], rule["rule_id"] > 0, rule["accepted"]) == (None, True, 1)


async def test_a_draft_shows_what_it_would_find_more(service: Service, key: Key) -> None:
    told = await tried(service, key, NEAR | {"status": "proposed"}, BY_NAME | {"priority": -1})

    assert (told["precision"], told["recall"]) == (1, 1)
    assert told["accepted_pairs"] == {"right": 2, "wrong": 0, "unjudged": 1}
    assert pairs(told["new_pairs"]) == [(5, 6)]
    assert told["broken_pairs"] == {"count": 0, "of_people": 0, "pairs": []}
    assert [(one["rule_index"], one["accepted"]) for one in told["by_rule"]] == [(1, 1), (0, 2)]
    assert told["match_rate"]["side_a"]["after"] == 1


async def test_a_pair_taken_apart_is_wrong_until_its_block_is_cleared(
    world: World, service: Service, key: Key
) -> None:
    (match,) = await world.rows("SELECT id FROM match WHERE kind = 'exact'")
    await world.revoke(key, match["id"], "another invoice")

    wrong = await tried(service, key, BY_NAME)
    await service.call("DELETE", f"/matches/{match['id']}/block")
    right = await tried(service, key, BY_NAME)

    assert (wrong["precision"], wrong["new_pairs"]["pairs"][0]["judgement"]) == (0, "wrong")
    assert (right["precision"], right["recall"]) == (1, 0.5)


async def test_a_match_across_the_end_of_the_window_comes_along_whole(
    world: World, service: Service
) -> None:
    key = await world.with_rule(a_leaf("external_id"))
    last = DAY + timedelta(days=30)
    await come(world, key, (1, "A", "x", "5"), (3, "A", "y", "5"), date=last)
    await come(world, key, (2, "B", "x", "5"), (4, "B", "z", "5"), date=last + timedelta(days=1))

    told = await tried(service, key, BY_NAME)

    assert (told["entries_beside"], told["recall"]) == (1, 1)
    assert told["match_rate"]["both"]["entries"] == 2
    assert told["match_rate"]["side_b"]["after"] is None


async def test_what_was_withdrawn_was_never_there(world: World, service: Service, key: Key) -> None:
    await world.rows("UPDATE entry SET ended = 'withdrawn' WHERE record_id = 6")
    await world.rows("DELETE FROM open_entry WHERE record_id = 6")

    told = await tried(service, key, NEAR)

    assert told["match_rate"]["both"]["entries"] == 5
    assert told["new_pairs"]["count"] == 0


@pytest.mark.parametrize("seed", range(6))
async def test_a_reconciliation_decided_by_its_rules_from_the_start_is_found_again_whole(
    world: World, service: Service, seed: int
) -> None:
    key = await world.reconciliation()
    near = a_leaf("amount", tolerance_amount=15)
    await world.rule(key, a_leaf("external_id"), a_leaf("reference"), priority=1)
    await world.rule(key, a_leaf("reference"), priority=2)
    await world.rule(key, a_leaf("external_id"), near, priority=3)
    await world.rule(key, **BY_DAY | {"group_by": ["date"]})
    await world.rekey()
    await world.deliver(a_log(key, length=120, seed=seed), batch=7)
    await world.passes_now(key)
    made = await world.rows("SELECT rule_id, status, count(*) FROM match GROUP BY 1, 2")

    told = await tried(service, key, with_rules_in_force=True)

    assert (told["precision"], told["recall"]) == (1, 1)
    assert (told["new_pairs"]["count"], told["broken_pairs"]["count"]) == (0, 0)
    counted = {
        (one["rule_id"], status): one[status]
        for one in told["by_rule"] for status in ("accepted", "suggested") if one[status]
    }  # fmt: skip
    assert counted == {(row["rule_id"], row["status"]): row["count"] for row in made}
    assert len(counted) > 1


async def test_warnings_name_the_draft_they_are_about(service: Service, key: Key) -> None:
    percent = a_leaf("amount", tolerance_amount=5, tolerance_unit="percent")
    loose = {"filters": {"rules": [percent, a_leaf("currency")]}, "priority": 1}

    told = await tried(service, key, BY_NAME | {"priority": 2}, loose)

    assert [(one["rule_index"], one["code"]) for one in told["warnings"]] == [
        (1, "no_usable_plan"), (0, "after_pass_rule"),
    ]  # fmt: skip
    assert "rules[1]" in told["warnings"][1]["message"]
