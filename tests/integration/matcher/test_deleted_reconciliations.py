"""Deleted reconciliations: nobody finds them, and nothing holds their records."""

from integration.matcher.changing import configs, ended
from integration.matcher.checker import check
from integration.matcher.ledger_calls import open_ledger
from integration.matcher.service import Service, path_of
from integration.matcher.versions import version
from integration.matcher.world import World, arrive
from unit.matcher.builders import a_leaf


async def test_a_deleted_reconciliation_is_found_by_nobody(world: World, service: Service) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"), (3, "A", "y"))
    (rule,) = await world.rows("SELECT id FROM rule")
    (match,) = await world.rows("SELECT id FROM match")

    answered = await service.call("DELETE", path_of(key), key="once")
    again = await service.call("DELETE", path_of(key), key="once")
    other = await service.call("DELETE", path_of(key))
    await world.rekey()

    assert (answered.status_code, answered.content) == (204, b"")
    assert (again.status_code, again.headers["x-idempotency-replayed"]) == (204, "true")
    assert other.status_code == 404
    number = key[1]
    for method, path, body in (
        ("GET", path_of(key), None),
        ("PATCH", path_of(key), {"name": "x"}),
        ("GET", path_of(key, "/progress"), None),
        ("GET", path_of(key, "/entries"), None),
        ("GET", path_of(key, "/entries/1/explanation"), None),
        ("GET", path_of(key, "/balance_proof"), None),
        ("POST", path_of(key, "/runs"), {}),
        ("POST", path_of(key, "/rule_proposals"), None),
        ("POST", path_of(key, "/records/3/mark_overdue"), {}),
        ("GET", f"/rules?reconciliation_id={number}", None),
        ("GET", f"/rules/{rule['id']}", None),
        ("POST", "/rules", {"reconciliation_id": number, "filters": {"rules": [a_leaf("amount")]}}),
        ("GET", f"/matches/{match['id']}", None),
        ("GET", f"/matches/{match['id']}/explanation", None),
        ("DELETE", f"/matches/{match['id']}", None),
        ("POST", f"/matches/{match['id']}/accept", None),
        ("DELETE", f"/matches/{match['id']}/block", None),
        ("POST", "/matches", {"reconciliation_id": number, "record_ids": [1, 3]}),
    ):  # fmt: skip
        found = await service.call(method, path, **({"json": body} if body is not None else {}))
        assert (method, path, found.status_code) == (method, path, 404)
    assert (await service.get("/matches"))["data"] == []
    assert (await service.get("/reconciliations"))["data"] == []
    assert await ended(world) == {1: None, 2: None, 3: "withdrawn"}
    assert (await configs(world))[-1]["streams"] == []
    await check(world, key)


async def test_records_of_a_deleted_one_may_change_again(world: World, service: Service) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"))
    await service.call("DELETE", path_of(key))
    await world.rekey()

    changed = await world.change(1, version(key, 2, "B", 2, "z"))

    assert changed["status"] == "done"


async def test_matches_and_items_of_a_deleted_ledger_are_found_by_nobody(
    world: World, service: Service
) -> None:
    ledger = await open_ledger(world, service)
    await ledger.bring(7, (1, "100"))
    await ledger.arrive("B", (2, "100"))
    await ledger.auto_match()
    (match,) = await ledger.matches()

    await service.call("DELETE", path_of(ledger.key))

    for path, body in (
        (f"/ledger_matches/{match['id']}/accept", None),
        (f"/ledger_matches/{match['id']}/reject", None),
        ("/ledger_items/1/close", {"ledger_id": ledger.key[1]}),
        ("/ledger_items/1/reopen", None),
        (f"/ledger_runs/{ledger.run}/auto_match", None),
    ):
        found = await service.call("POST", path, **({"json": body} if body is not None else {}))
        assert (path, found.status_code) == (path, 404)
