"""The internal routes of rules: versions, what is refused, what a change re-keys."""

from typing import Any

import pytest

from integration.matcher.checker import check, matched_pairs
from integration.matcher.service import Service, path_of
from integration.matcher.world import World, arrive
from unit.matcher.builders import a_leaf

FILTERS = {"rules": [a_leaf("external_id")]}


async def test_a_rule_is_made_shown_listed_and_deleted(world: World, service: Service) -> None:
    key = await world.reconciliation()
    body = {"reconciliation_id": str(key[1]), "filters": FILTERS, "priority": 3,
            "group_by": "date", "rollup": None, "description": "by number"}  # fmt: skip

    made = await service.call("POST", "/rules", json=body, key="r")
    again = await service.call("POST", "/rules", json=body, key="r")
    first = await service.call("POST", "/rules", json={**body, "priority": -3})

    shown = made.json()
    assert (made.status_code, again.content, first.status_code) == (201, made.content, 201)
    assert shown == {
        "id": shown["id"], "version": 1, "reconciliation_id": key[1], "priority": 3,
        "status": "active", "source": "user", "created_at": "2026-03-02T12:00:00Z",
        "filters": FILTERS, "group_by": ["date"], "cardinality": "one_to_one", "rollup": None,
        "description": "by number", "many_side": "a", "evaluate": "arrival", "warnings": [],
    }  # fmt: skip
    listed = await service.get(f"/rules?reconciliation_id={key[1]}")
    assert listed == [first.json(), shown]
    assert await service.get(f"/rules/{shown['id']}") == shown
    assert (await service.get(path_of(key, "/progress")))["rekeying"] is True
    await world.rekey()
    assert (await service.get(path_of(key, "/progress")))["rekeying"] is False

    deleted = await service.call("DELETE", f"/rules/{shown['id']}")

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert (await service.call("GET", f"/rules/{shown['id']}")).status_code == 404
    assert (await service.call("DELETE", f"/rules/{shown['id']}")).status_code == 404
    assert service.rekeys == 4


async def test_a_changed_rule_is_its_next_version_and_matches_keep_theirs(
    world: World, service: Service
) -> None:
    key = await world.with_rule()
    (rule,) = await service.get(f"/rules?reconciliation_id={key[1]}")
    await arrive(world, key, (1, "A", "x-1"), (2, "B", "x-1"), (3, "A", "X-2"), (4, "B", "x-2"))
    lower = {"key": "lowercase", "value": "lowercase"}
    filters = {"rules": [a_leaf("external_id", transforms=lower)]}

    changed = await service.call("PATCH", f"/rules/{rule['id']}", json={"filters": filters},
                                 if_match='"1"', key="p")  # fmt: skip
    await world.rekey()
    again = await service.call("PATCH", f"/rules/{rule['id']}", json={"filters": filters},
                               if_match='"1"', key="p")  # fmt: skip

    assert changed.status_code == 200
    assert changed.json() == rule | {
        "version": 2, "filters": filters, "created_at": changed.json()["created_at"],
    }  # fmt: skip
    assert again.content == changed.content
    assert await service.get(f"/rules?reconciliation_id={key[1]}") == [changed.json()]
    assert await matched_pairs(world, key) == {(1, 2), (3, 4)}
    versions = await world.rows("SELECT members, rule_version FROM match ORDER BY members")
    assert [(row["members"], row["rule_version"]) for row in versions] == [([1, 2], 1), ([3, 4], 2)]
    await check(world, key)


async def test_a_proposed_rule_matches_nothing_until_it_is_active(
    world: World, service: Service
) -> None:
    key = await world.reconciliation()
    rule_id = await world.rule(key, status="proposed")
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"))
    await world.rekey()
    before = await matched_pairs(world, key)

    changed = await service.call("PATCH", f"/rules/{rule_id}", json={"status": "active"})
    await world.rekey()

    assert (before, await matched_pairs(world, key)) == (set(), {(1, 2)})
    assert (changed.json()["status"], changed.json()["version"]) == ("active", 2)


async def test_the_same_content_is_no_new_version(world: World, service: Service) -> None:
    key = await world.with_rule()
    (rule,) = await service.get(f"/rules?reconciliation_id={key[1]}")
    same = {name: rule[name] for name in ("filters", "priority", "status", "description")}

    answers = [await service.call("PATCH", f"/rules/{rule['id']}", json=one) for one in ({}, same)]

    assert [one.json() for one in answers] == [rule, rule]
    assert (await service.get(path_of(key, "/progress")))["rekeying"] is False


@pytest.mark.parametrize(
    ("change", "if_match", "status", "code"),
    [
        ({"priority": 1}, '"2"', 412, "precondition_failed"),
        ({"priority": 1}, "nonsense", 412, "precondition_failed"),
        ({"reconciliation_id": 5}, None, 422, "validation_failed"),
        ({"filters": None}, None, 422, "validation_failed"),
        ({"filters": {"rules": []}}, None, 422, "validation_failed"),
        ({"cardinality": "many_to_one"}, None, 422, "not_supported"),
        ({"colour": "red"}, None, 422, "validation_failed"),
    ],
)
async def test_a_change_that_cannot_be_made_leaves_the_rule_as_it_was(
    world: World, service: Service, change: Any, if_match: str | None, status: int, code: str
) -> None:
    key = await world.with_rule()
    (rule,) = await service.get(f"/rules?reconciliation_id={key[1]}")

    answered = await service.call("PATCH", f"/rules/{rule['id']}", json=change, if_match=if_match)
    foreign = await service.call("PATCH", f"/rules/{rule['id']}", json={}, organization_id=8)

    assert (answered.status_code, answered.json()["code"]) == (status, code)
    assert foreign.status_code == 404
    assert await service.get(f"/rules?reconciliation_id={key[1]}") == [rule]


async def test_a_rule_that_cannot_be_decided_is_422(world: World, service: Service) -> None:
    key = await world.reconciliation()
    near = {"key": "amount", "value": "amount", "tolerance_amount": 5}
    body = {"reconciliation_id": key[1], "filters": {"operand": "or", "rules": [FILTERS, near]}}

    answered = await service.call("POST", "/rules", json=body)
    unknown = await service.call("POST", "/rules", json={"reconciliation_id": 2**50,
                                                         "filters": FILTERS})  # fmt: skip

    problem = answered.json()
    assert (answered.status_code, problem["code"]) == (422, "not_supported")
    assert problem["errors"][0]["path"] == "$.filters.rules[1].tolerance_amount"
    assert unknown.status_code == 404
