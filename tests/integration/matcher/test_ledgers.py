"""Ledgers: runs over the files that they were given, tried, closed and deleted."""

from integration.matcher.checker import check
from integration.matcher.journal import outcomes_of
from integration.matcher.ledger_calls import CONFLICT, LedgerCalls, open_ledger
from integration.matcher.service import Service
from integration.matcher.world import World
from tieout_contracts.outcomes import EntryOverdue


async def test_a_ledger_begins_with_one_rule_that_is_its_default(
    ledger: LedgerCalls, service: Service
) -> None:
    (rule,) = await service.get("/rules", params={"reconciliation_id": ledger.key[1]})
    found = await service.get(f"/ledgers/{ledger.key[1]}")
    reconciliation = await service.get(f"/reconciliations/{ledger.key[1]}")

    assert (rule["source"], rule["status"]) == ("default", "active")
    assert [one["key"] for one in rule["filters"]["rules"]] == ["amount", "currency", "date"]
    assert reconciliation["run_type"] == "batch"
    assert found["id"] == ledger.key[1]
    answer = await service.call("GET", "/ledgers/999999")
    assert answer.status_code == 404


async def test_nothing_is_an_item_or_matched_while_a_record_of_the_file_is_missing(
    ledger: LedgerCalls,
) -> None:
    await ledger.arrive("A", (1, "1000"))
    await ledger.arrive("B", (11, "1000"))
    ledger.announce(81, [1, 2])

    waiting = await ledger.take(81)
    refused = await ledger.auto_match()
    early = await ledger.items()
    await ledger.arrive("A", (2, "2000"))
    matched = await ledger.auto_match()

    assert (waiting, early) == (1, {})
    assert (refused.status_code, refused.json()["code"]) == (CONFLICT, "upload_in_progress")
    assert matched.json() == {"matched": 1}
    assert set(await ledger.items()) == {1, 2}
    await check(ledger.world, ledger.key)


async def test_a_file_that_is_being_loaded_holds_auto_match_and_manual_match_back(
    ledger: LedgerCalls,
) -> None:
    await ledger.bring(81, (1, "1000"))
    ledger.announce(82, [], status="loading")
    links = {"source_entry_ids": [1], "ledger_entry_ids": [11]}

    answers = [
        await ledger.auto_match(),
        await ledger.service.call("POST", f"/ledger_runs/{ledger.run}/manual_match", json=links),
    ]

    assert {one.status_code for one in answers} == {CONFLICT}


async def test_what_two_files_tell_belongs_to_the_run_that_told_it_first(
    ledger: LedgerCalls,
) -> None:
    other = await ledger.another_run()
    await ledger.bring(81, (1, "1000"), (2, "2000"))
    await ledger.arrive("A", (3, "3000"))
    other.announce(82, [2, 3])

    assert await other.take(82) == 0
    assert set(await ledger.items()) == {1, 2}
    assert set(await other.items()) == {3}


async def test_an_attempt_tries_and_raises_the_items_of_its_run_alone(
    ledger: LedgerCalls,
) -> None:
    other = await ledger.another_run()
    await ledger.bring(81, (1, "1000"), (2, "2000"))
    await other.bring(82, (3, "3000"), (4, "4000"))
    await ledger.arrive("B", (11, "1000"), (13, "3000"), (19, "9000"))

    first = await ledger.auto_match()

    assert first.json() == {"matched": 1}
    assert {number: one["status"] for number, one in (await ledger.items()).items()} == {
        1: "matched", 2: "unmatched"}  # fmt: skip
    assert {one["status"] for one in (await other.items()).values()} == {"unmatched"}
    told = [
        one for one in await outcomes_of(ledger.world, ledger.key) if isinstance(one, EntryOverdue)
    ]
    assert [(one.entry.record_id, one.reason_code) for one in told] == [(2, "UNMATCHED")]
    run = await ledger.service.get(f"/ledger_runs/{ledger.run}")
    assert run["status"] == "completed"
    everything = await ledger.post(f"/ledgers/{ledger.key[1]}/reconcile")
    assert (everything["matched"], everything["everything"]) == (1, True)
    assert (await other.items())[3]["status"] == "matched"
    await check(ledger.world, ledger.key)


async def test_a_manual_run_only_suggests_and_what_waits_for_a_word_is_not_left_over(
    world: World, service: Service
) -> None:
    ledger = await open_ledger(world, service, mode="manual")
    await ledger.bring(81, (1, "1000"))
    await ledger.arrive("B", (11, "1000"))

    matched = await ledger.auto_match()

    assert matched.json() == {"matched": 1}
    assert [one["status"] for one in await ledger.matches()] == ["suggested"]
    told = await outcomes_of(ledger.world, ledger.key)
    assert [one for one in told if isinstance(one, EntryOverdue)] == []


async def test_the_same_key_is_the_same_attempt_and_another_call_another(
    ledger: LedgerCalls,
) -> None:
    await ledger.bring(81, (1, "1000"), (2, "2000"))
    await ledger.arrive("B", (11, "1000"))
    first = await ledger.auto_match(key="k")
    await ledger.arrive("B", (12, "2000"))

    again = await ledger.auto_match(key="k")
    after = await ledger.auto_match(key="other")

    assert (first.json(), after.json()) == ({"matched": 1}, {"matched": 1})
    assert (again.text, again.headers["x-idempotency-replayed"]) == (first.text, "true")


async def test_a_closed_run_stays_as_it_is(ledger: LedgerCalls) -> None:
    early = await ledger.service.call("POST", f"/ledger_runs/{ledger.run}/close")
    await ledger.bring(81, (1, "1000"), (2, "2000"))
    await ledger.arrive("B", (11, "1000"), (12, "2000"))
    links = {"source_entry_ids": [2], "ledger_entry_ids": [12]}
    made = await ledger.post(f"/ledger_runs/{ledger.run}/manual_match", json=links)
    await ledger.auto_match()
    await ledger.post(f"/ledger_runs/{ledger.run}/close")
    before = await ledger.world.tables()

    run, match = f"/ledger_runs/{ledger.run}", f"/ledger_matches/{made['id']}"
    answers = [
        await ledger.service.call(method, path, json=body)
        for method, path, body in (
            ("PATCH", run, {"note": "late"}),
            ("DELETE", run, None),
            ("POST", f"{run}/auto_match", None),
            ("POST", f"{run}/manual_match", links),
            ("POST", f"{match}/accept", None),
            ("POST", f"{match}/reject", None),
            ("PATCH", f"{match}/note", {"note": "late"}),
            ("POST", "/ledger_items/1/close", {"ledger_id": ledger.key[1]}),
            ("POST", "/ledger_items/1/reopen", None),
            ("GET", f"{run}/files/81/deletable", None),
        )
    ]

    assert (early.status_code, early.json()["code"]) == (CONFLICT, "run_not_completed")
    assert {(one.status_code, one.json()["code"]) for one in answers} == {(CONFLICT, "run_closed")}
    assert await ledger.world.tables() == before


async def test_a_run_is_deleted_without_accepted_matches_alone(
    world: World, service: Service
) -> None:
    ledger = await open_ledger(world, service, mode="manual")
    await ledger.bring(81, (1, "1000"))
    await ledger.arrive("B", (11, "1000"))
    await ledger.auto_match()
    (suggested,) = await ledger.matches()
    await ledger.post(f"/ledger_matches/{suggested['id']}/accept")

    refused = await service.call("DELETE", f"/ledger_runs/{ledger.run}")
    held = await service.call("GET", f"/ledger_runs/{ledger.run}/files/81/deletable")
    await ledger.post(f"/ledger_matches/{suggested['id']}/reject")
    deleted = await service.call("DELETE", f"/ledger_runs/{ledger.run}", key="k")
    again = await service.call("DELETE", f"/ledger_runs/{ledger.run}", key="k")

    assert (refused.status_code, refused.json()["code"]) == (CONFLICT, "run_has_matches")
    assert (held.status_code, held.json()["code"]) == (CONFLICT, "already_matched")
    assert (deleted.status_code, again.status_code) == (204, 204)
    assert (await service.call("GET", f"/ledger_runs/{ledger.run}")).status_code == 404
    await check(world, ledger.key)


async def test_lists_count_what_their_filters_leave_out_and_sort_both_ways(
    ledger: LedgerCalls,
) -> None:
    await ledger.bring(81, (1, "1000"), (2, "500"), (3, "700"))
    await ledger.arrive("B", (11, "1000"))
    await ledger.auto_match()
    path = f"/ledger_runs/{ledger.run}/items"

    by_amount = await ledger.service.get(path, params={"sort": "amount", "order": "desc"})
    first = await ledger.service.get(path, params={"status": "unmatched", "limit": 1})

    assert [one["record_id"] for one in by_amount["data"]] == [1, 3, 2]
    assert (first["total"], first["total_unfiltered"], first["has_more"]) == (2, 3, True)
