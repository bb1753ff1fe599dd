"""What a balance proof says of each term, of what was spoiled and of what is special."""

import pytest

from integration.matcher.proofs import (
    Json,
    database_time,
    entries_of,
    figures,
    proof_of,
    term,
)
from integration.matcher.service import Service, path_of
from integration.matcher.test_balance_proof import mixed_log
from integration.matcher.world import Key, World
from tieout_contracts.config_events import SignMode
from unit.matcher.builders import a_leaf


async def test_every_term_says_what_makes_it(service: Service, books: Key) -> None:
    proof = await proof_of(service, books)

    assert {one["name"]: (one["sum"], one["count"]) for one in proof["currencies"][0]["terms"]} == {
        "side_b": ("1670", 3), "side_a": ("2000", 3), "opening_difference": ("0", 0),
        "open_b": ("20", 1), "open_a": ("300", 1), "closed": ("0", 0), "ignored": ("0", 0),
        "withdrawn": ("0", 0), "adjustments": ("-50", 1), "matched_b": ("1650", 2),
        "matched_a": ("1700", 2), "misplaced": ("0", 0),
    }  # fmt: skip
    assert proof["currencies"][0]["side_difference"] == "-330"
    assert term(proof, "side_a")["record_ids"] == [1, 3, 5]
    assert term(proof, "open_b")["record_ids"] == [6]
    (adjusted,) = await entries_of(service, books, term="adjustments")
    assert term(proof, "adjustments")["match_ids"] == [adjusted["match_id"]]
    assert (adjusted["amount"], adjusted["reason"]) == ("-50", "write_off")


@pytest.mark.parametrize("sign_mode", ["same", "opposite", "absolute"])
async def test_the_entries_of_a_term_add_up_to_it_page_by_page(
    world: World, service: Service, sign_mode: SignMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tieout_matcher.routes.balance.LISTED", 5)
    key = await world.reconciliation(sign_mode=sign_mode)
    await world.rule(key, a_leaf("external_id"))
    await world.rekey()
    await world.deliver(mixed_log(key, length=120, seed=3))
    for record in (row["record_id"] for row in await world.rows(
        "SELECT record_id FROM open_entry ORDER BY record_id LIMIT 4")):  # fmt: skip
        await world.force(key, record, operation_id=record)
    proof = await proof_of(service, key)

    for currency in proof["currencies"]:
        for one in currency["terms"]:
            listed = await entries_of(
                service, key, term=one["name"], currency=currency["currency"], limit=7
            )
            fine = [
                int(entry["amount"]) * 10 ** (currency["exponent"] - entry["exponent"])
                for entry in listed
            ]
            assert (sum(fine), len(fine)) == (int(one["sum"]), one["count"]), one
            records = [entry["record_id"] for entry in listed if "record_id" in entry]
            assert one.get("record_ids", []) == records[:5]
            assert (one["next_cursor"] is not None) == (one["count"] > 5)
    assert len(await entries_of(service, key)) == 120


async def test_an_entry_matched_in_part_is_open_for_the_rest(
    world: World, service: Service, books: Key
) -> None:
    """Written by hand: 250 of the 300 of record 5 in a match with record 6 and an adjustment."""
    await world.worker.execute("""
        INSERT INTO match (organization_id, id, reconciliation_id, kind, members, allocated,
                           created_at)
        SELECT organization_id, 9999999, id, 'manual', '{5,6}', '{250,20}', now()
        FROM reconciliation""")
    await world.worker.execute("""
        INSERT INTO adjustment
        SELECT organization_id, 9999999, 1, 230, 2, 'EUR', 'fee' FROM reconciliation""")
    await world.worker.execute("UPDATE entry SET left_minor = 50 WHERE record_id = 5")
    await world.worker.execute("DELETE FROM open_entry WHERE record_id = 6")

    now = await proof_of(service, books)
    then = await proof_of(service, books, as_of="2100-01-01T00:00:00Z")

    assert now["proven"], now
    assert figures(then) == figures(now)
    assert (term(now, "open_a")["sum"], term(now, "matched_a")["sum"]) == ("50", "1950")


@pytest.mark.parametrize("ending", ["closed", "ignored", "withdrawn"])
async def test_what_ended_is_a_term_of_its_own_from_then_on(
    world: World, service: Service, books: Key, ending: str
) -> None:
    await world.worker.execute("DELETE FROM open_entry WHERE record_id = 5")
    before = await database_time(world)
    await world.worker.execute(
        "UPDATE entry SET ended = $1, ended_at = clock_timestamp() WHERE record_id = 5", ending
    )

    now = await proof_of(service, books)
    then = await proof_of(service, books, as_of=before.isoformat())

    assert (now["proven"], then["proven"]) == (True, True)
    assert (term(now, ending)["sum"], term(now, ending)["record_ids"]) == ("-300", [5])
    assert (term(then, ending)["count"], term(then, "open_a")["sum"]) == (0, "300")


async def test_a_suggestion_leaves_its_members_open(
    world: World, service: Service, books: Key
) -> None:
    await world.worker.execute("""
        INSERT INTO match (organization_id, id, reconciliation_id, kind, status, members,
                           created_at)
        SELECT organization_id, 9999999, id, 'tolerance', 'suggested', '{5,6}', now()
        FROM reconciliation""")
    await world.worker.execute("UPDATE open_entry SET suggested_by = 9999999")

    proof = await proof_of(service, books)

    assert proof["proven"]
    assert (term(proof, "open_a")["count"], term(proof, "open_b")["count"]) == (1, 1)


async def test_what_each_side_had_is_fixed_when_it_begins(service: Service) -> None:
    body = {
        "name": "Began late", "side_a_stream_ids": [1], "side_b_stream_ids": [2],
        "opening_balances": [
            {"side": "A", "currency": "EUR", "amount_minor": "-12345"},
            {"side": "B", "currency": "EUR", "amount_minor": "5", "exponent": 0},
        ],
    }  # fmt: skip
    made = (await service.call("POST", "/reconciliations", json=body)).json()

    proof = await proof_of(service, (0, made["id"]))

    assert made["opening_balances"] == [
        {"side": "A", "currency": "EUR", "exponent": 2, "amount_minor": "-12345"},
        {"side": "B", "currency": "EUR", "exponent": 0, "amount_minor": "5"},
    ]
    assert term(proof, "opening_difference")["sum"] == "12845"
    assert [term(proof, name)["opening"] for name in ("side_a", "side_b")] == ["-12345", "500"]
    assert (proof["currencies"][0]["side_difference"], proof["proven"]) == ("12845", True)


@pytest.mark.parametrize(
    "change",
    [
        {"sign_mode": "absolute"},
        {"opening_balances": [{"side": "A", "currency": "EUR", "amount_minor": "1"}] * 2},
        {"opening_balances": [{"side": "A", "currency": "QQQQ", "amount_minor": "1"}]},
        {"opening_balances": [{"side": "A", "currency": "EUR", "amount_minor": "1.5"}]},
    ],
)
async def test_an_opening_balance_that_cannot_be_counted_is_refused(
    service: Service, change: Json
) -> None:
    body = {
        "name": "Refused",
        "opening_balances": [{"side": "A", "currency": "EUR", "amount_minor": "1"}],
    }

    answer = await service.call("POST", "/reconciliations", json=body | change)

    assert answer.status_code == 422, answer.text


async def test_another_organisation_has_no_proof(service: Service, books: Key) -> None:
    for path in ("/balance_proof", "/balance_proof/entries"):
        answer = await service.call("GET", path_of(books, path), organization_id=8)
        assert answer.status_code == 404


async def test_a_proof_waits_for_no_lock_and_holds_none(
    world: World, service: Service, books: Key
) -> None:
    async with world.worker.acquire() as connection, connection.transaction():
        await connection.execute("SELECT * FROM reconciliation FOR UPDATE")
        proof = await proof_of(service, books)

    assert proof["proven"]
