"""Rules that the matcher proposes: filed once, matching nothing until a person says so."""

import asyncio
from typing import Any

import pytest

from integration.matcher.checker import check, matched_pairs
from integration.matcher.planting import plant, proposals
from integration.matcher.service import Service, path_of
from integration.matcher.world import Key, World
from tieout_matcher.aside import Aside
from tieout_matcher.rule_proposals import Found, RuleProposals
from tieout_matcher.solving import TookTooLongError
from tieout_runtime.postgres import tenant_transaction
from unit.matcher.builders import a_leaf
from unit.matcher.planted import Planting

DIGITS = {"key": "digits_only", "value": "digits_only"}


async def proposed(service: Service, key: Key, **given: Any) -> Any:
    answered = await service.call("POST", path_of(key, "/rule_proposals"), **given)
    assert answered.status_code in (200, 201), answered.text
    assert (answered.status_code == 201) is bool(answered.json()["rules"])
    return answered.json()


@pytest.fixture
async def key(world: World) -> Key:
    """Twenty pairs by their references' digits, six of them matched by people, and noise."""
    key = await world.reconciliation()
    await plant(world, key, Planting(1).prefixed(20, shown=6).noise(12))
    return key


async def test_what_was_learned_is_filed_and_matches_nothing(
    world: World, service: Service, key: Key
) -> None:
    before = await world.tables()
    matched = await matched_pairs(world, key)

    told = await proposed(service, key)
    await world.rekey()

    ((rule),) = told["rules"]
    assert (rule["source"], rule["status"], rule["priority"]) == ("ai", "proposed", 10)
    assert (rule["confidence"], rule["sample_match_rate"]) == ("low", "40/64")
    assert rule["filters"]["rules"][0] == a_leaf("reference", operand="eq") | {
        "transforms": {name: [step] for name, step in DIGITS.items()}
    }
    assert "6 matches that people made too and 14 new ones" in rule["description"]
    assert told["sample"] == {
        "records": 64, "open_side_a": 26, "open_side_b": 26, "matches_of_people": 6,
    }  # fmt: skip
    assert told["reason"] is None
    assert await service.get(f"/rules?reconciliation_id={key[1]}") == told["rules"]
    assert await matched_pairs(world, key) == matched
    after = await world.tables()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"rule", "sequences", "outbox"}
    assert len(await world.rows("SELECT 1 FROM outbox WHERE topic = 'audit.v1'")) == 1


async def test_it_matches_once_a_person_makes_it_active(
    world: World, service: Service, key: Key
) -> None:
    ((rule),) = (await proposed(service, key))["rules"]
    before = len(await matched_pairs(world, key))

    changed = await service.call("PATCH", f"/rules/{rule['id']}", json={"status": "active"})
    await world.rekey()

    assert len(await matched_pairs(world, key)) == before + 14
    shown = changed.json()
    assert (shown["source"], shown["confidence"], shown["version"]) == ("ai", "low", 2)
    await check(world, key)
    assert (await proposed(service, key))["rules"] == []


async def test_what_was_said_of_it_is_not_said_of_another_content(
    service: Service, key: Key
) -> None:
    ((rule),) = (await proposed(service, key))["rules"]
    path = f"/rules/{rule['id']}"

    words = await service.call("PATCH", path, json={"description": "ours", "priority": 3})
    other = await service.call("PATCH", path, json={"filters": {"rules": [a_leaf("reference")]}})

    assert words.json()["sample_match_rate"] == rule["sample_match_rate"]
    assert (other.json()["sample_match_rate"], other.json()["confidence"]) == (None, None)
    assert other.json()["source"] == "ai"


@pytest.mark.parametrize("afterwards", ["nothing", "changed", "deleted"])
async def test_nothing_is_filed_twice_nor_after_a_person_refused_it(
    service: Service, key: Key, afterwards: str
) -> None:
    ((rule),) = (await proposed(service, key))["rules"]
    if afterwards == "changed":
        body = {"filters": {"rules": [a_leaf("external_id")]}}
        await service.call("PATCH", f"/rules/{rule['id']}", json=body)
    elif afterwards == "deleted":
        await service.call("DELETE", f"/rules/{rule['id']}")

    again = await proposed(service, key)

    digits = [one for one in again["rules"] if one["filters"] == rule["filters"]]
    assert digits == []
    if afterwards == "nothing":
        assert (again["rules"], again["reason"]["code"]) == ([], "nothing_found")


async def test_a_rule_that_a_person_wrote_is_not_repeated(
    world: World, service: Service, key: Key
) -> None:
    await world.rule(key, a_leaf("reference", transforms=DIGITS), status="proposed", priority=4)

    told = await proposed(service, key)

    assert all(one["filters"]["rules"][0].get("transforms") is None for one in told["rules"])


async def test_two_at_once_file_it_once(world: World, service: Service, key: Key) -> None:
    answers = await asyncio.gather(proposed(service, key), proposed(service, key))

    filed = [one for told in answers for one in told["rules"]]
    assert len(filed) == 1
    assert len(await world.rows("SELECT 1 FROM rule")) == 1


async def test_two_instances_at_once_file_it_once(world: World, key: Key) -> None:
    one, other = proposals(world), proposals(world)
    found = await one.learn(key)

    async def file_too() -> list[int]:
        async with tenant_transaction(world.api, organization_id=key[0]) as connection:
            return await other.file(connection, key, found)

    async with tenant_transaction(world.api, organization_id=key[0]) as connection:
        filed = await one.file(connection, key, found)
        waiting = asyncio.create_task(file_too())
        done, _ = await asyncio.wait({waiting}, timeout=0.3)

    assert (len(filed), done) == (1, set())
    assert await waiting == []


async def test_what_another_request_filed_meanwhile_is_said(
    world: World, service: Service, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await proposals(world).learn(key)
    await proposed(service, key)

    async def learned_before(*_: object) -> Found:
        return found

    monkeypatch.setattr(RuleProposals, "learn", learned_before)

    told = await proposed(service, key)

    assert (told["rules"], told["reason"]["code"]) == ([], "already_filed")


async def test_the_same_key_is_answered_as_the_first_time(
    world: World, service: Service, key: Key
) -> None:
    path = path_of(key, "/rule_proposals")

    first = await service.call("POST", path, key="once")
    again = await service.call("POST", path, key="once")

    assert (first.status_code, first.headers["x-idempotency-replayed"]) == (201, "false")
    assert (again.status_code, again.headers["x-idempotency-replayed"]) == (201, "true")
    assert again.content == first.content
    assert len(await world.rows("SELECT 1 FROM rule")) == 1


async def test_where_there_is_too_little_it_says_so(world: World, service: Service) -> None:
    key = await world.reconciliation()
    await plant(world, key, Planting(1).prefixed(3, shown=1))

    told = await proposed(service, key)

    assert (told["rules"], told["reason"]["code"]) == ([], "too_little")


async def test_noise_proposes_nothing(world: World, service: Service) -> None:
    key = await world.reconciliation()
    await plant(world, key, Planting(1).noise(60))

    told = await proposed(service, key)

    assert (told["rules"], told["reason"]["code"]) == ([], "nothing_found")


async def test_a_rollup_is_filed_with_what_gathers_and_finds_its_groups(
    world: World, service: Service
) -> None:
    key = await world.reconciliation()
    await plant(world, key, Planting(1).paid_out(6, shown=6).noise(12))

    ((rule),) = (await proposed(service, key))["rules"]
    await service.call("PATCH", f"/rules/{rule['id']}", json={"status": "active"})
    await world.rekey()
    await world.passes_now(key)

    assert (rule["cardinality"], rule["group_by"]) == ("many_to_one", ["date", "counterparty"])
    assert rule["rollup"] == {"group_by_kind": "date", "lookback_days": 2, "date_field": "date"}
    (made,) = await world.rows("SELECT count(*) FROM match WHERE rule_id = $1", rule["id"])
    assert made["count"] == 12
    await check(world, key)


async def test_a_reconciliation_that_is_not_ones_own_is_404(service: Service, key: Key) -> None:
    foreign = await service.call("POST", path_of(key, "/rule_proposals"), organization_id=8)

    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")


async def test_what_takes_too_long_is_503_and_files_nothing(
    world: World, service: Service, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gives_up(*_: object) -> None:
        raise TookTooLongError

    monkeypatch.setattr(Aside, "compute", gives_up)

    answered = await service.call("POST", path_of(key, "/rule_proposals"), key="k")

    assert (answered.status_code, answered.json()["code"]) == (503, "unavailable")
    assert await world.rows("SELECT 1 FROM rule") == []
    assert await world.rows("SELECT 1 FROM idempotency_key") == []
