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
        "min_score_to_accept": 0, "search": None, "confidence": None, "sample_match_rate": None,
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
        ({"cardinality": "many_to_one"}, None, 422, "validation_failed"),
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


async def test_what_is_wrong_with_a_rule_is_422_with_its_place(
    world: World, service: Service
) -> None:
    key = await world.reconciliation()
    near = {"key": "amount", "value": "amount", "tolerance_amount": 0}
    body = {"reconciliation_id": key[1], "filters": {"operand": "or", "rules": [FILTERS, near]}}

    answered = await service.call("POST", "/rules", json=body)
    unknown = await service.call("POST", "/rules", json={"reconciliation_id": 2**50,
                                                         "filters": FILTERS})  # fmt: skip

    problem = answered.json()
    assert (answered.status_code, problem["code"]) == (422, "validation_failed")
    assert problem["errors"][0]["path"] == "$.filters.rules[1].tolerance_amount"
    assert unknown.status_code == 404


NEAR = {"rules": [a_leaf("amount", tolerance_amount=0.05)]}


async def test_a_rule_with_a_tolerance_is_one_of_passes_and_what_follows_it_waits_too(
    world: World, service: Service
) -> None:
    key = await world.reconciliation()
    bodies = [
        {"filters": FILTERS, "priority": 1},
        {"filters": NEAR, "priority": 2, "evaluate": "arrival"},
        {"filters": FILTERS, "priority": 3},
    ]

    made = [
        (await service.call("POST", "/rules", json=body | {"reconciliation_id": key[1]})).json()
        for body in bodies
    ]

    listed = await service.get(f"/rules?reconciliation_id={key[1]}")
    assert listed == made
    assert [one["evaluate"] for one in listed] == ["arrival", "pass", "arrival"]
    assert [one["filters"] for one in listed] == [FILTERS, NEAR, FILTERS]
    assert [[two["code"] for two in one["warnings"]] for one in listed] == [
        [], [], ["after_pass_rule"],
    ]  # fmt: skip
    assert str(made[1]["id"]) in made[2]["warnings"][0]["message"]


async def test_a_part_of_a_rule_that_nothing_finds_is_warned_of(
    world: World, service: Service
) -> None:
    key = await world.reconciliation()
    percent = a_leaf("amount", tolerance_amount=5, tolerance_unit="percent")
    filters = {"operand": "or", "rules": [FILTERS, {"rules": [percent, a_leaf("currency")]}]}

    made = await service.call("POST", "/rules", json={"reconciliation_id": key[1],
                                                      "filters": filters})  # fmt: skip

    assert made.status_code == 201
    (warning,) = made.json()["warnings"]
    assert (warning["code"], warning["path"]) == ("no_usable_plan", "$.filters.rules[1]")


async def test_every_change_of_rules_hands_everything_open_to_passes_again(
    world: World, service: Service
) -> None:
    key = await world.reconciliation()
    await arrive(world, key, (1, "A", "x"), (2, "B", "y"))

    async def changed(method: str, path: str, **body: Any) -> tuple[bool, int, int, int]:
        await world.rows("UPDATE reconciliation SET keyed_no = 2, pass_to = 0")
        await world.rows("INSERT INTO untried SELECT organization_id, id, 1 FROM reconciliation")
        answered = await service.call(method, path, json=body or None)
        assert answered.is_success, answered.text
        (row,) = await world.rows("SELECT passes, keyed_no, pass_to FROM reconciliation")
        (left,) = await world.rows("SELECT count(*) FROM untried")
        return (row["passes"], row["keyed_no"], row["pass_to"], left["count"])

    rule = {"reconciliation_id": key[1], "filters": {"rules": [a_leaf("date")]}}
    states = [await changed("POST", "/rules", **rule)]
    (made,) = await service.get(f"/rules?reconciliation_id={key[1]}")
    path = f"/rules/{made['id']}"
    exact = {"status": "active", "filters": FILTERS}
    for change in ({"filters": NEAR}, {"status": "proposed"}, exact):
        states.append(await changed("PATCH", path, **change))  # noqa: PERF401  # one after the other
    states.append(await changed("DELETE", path))

    assert [passes for passes, *_ in states] == [False, True, False, True, False]
    assert all(rest == [0, 2, 0] for _, *rest in states)
