"""Records arriving: one outcome each, in order, once, whatever is delivered again."""

import msgspec
import pytest

from integration.matcher.checker import check, matched_pairs
from integration.matcher.journal import chunks_of, outcomes_of, told
from integration.matcher.world import World, records_of
from tieout_contracts.record import ImportCompleted
from unit.matcher.builders import ARRIVED, DAY, a_leaf, a_record, encoded, some_fields


def record(key: tuple[int, int], record_id: int, side: str, **fields: object) -> object:
    return a_record(record_id, side, some_fields(**fields), reconciliation_id=key[1])  # type: ignore[arg-type]


async def test_each_arrival_has_one_outcome_and_its_entry_number_is_that_outcomes(
    world: World,
) -> None:
    key = await world.with_rule()
    log = [
        record(key, 31, "A", external_id="x"),
        record(key, 12, "B", external_id="y"),
        record(key, 23, "B", external_id="x"),
        record(key, 44, "B", external_id=None),
    ]

    refused = await world.deliver(log)

    outcomes = await outcomes_of(world, key)
    assert refused == [{}]
    assert [told(one) for one in outcomes] == [
        ("entry.unmatched", 31),
        ("entry.unmatched", 12),
        ("match.accepted", 31, 23),
        ("entry.unmatched", 44),
    ]
    numbers = await world.rows("SELECT record_id, entry_no FROM entry ORDER BY entry_no")
    assert [tuple(row) for row in numbers] == [(31, 1), (12, 2), (23, 3), (44, 4)]
    assert len(await chunks_of(world, key)) == 1
    await check(world, key)


async def test_redelivery_and_duplicates_in_a_delivery_have_no_effect(world: World) -> None:
    key = await world.with_rule()
    log = [record(key, n, "AB"[n % 2], external_id=f"x{n // 2}") for n in range(1, 40)]

    await world.deliver([*log[:20], *log[:20]])
    await world.deliver([*log[10:30], *log[5:15]])
    await world.deliver(log, batch=3)
    before = await outcomes_of(world, key)
    await world.deliver(log)
    await world.deliver(list(reversed(log)), batch=1)

    assert await outcomes_of(world, key) == before
    assert len(before) == len(log)
    await check(world, key)


async def test_identical_entries_leave_first_in_first_out(world: World) -> None:
    key = await world.with_rule()
    numbers = range(1, 5001)
    await world.deliver(
        [record(key, 20_000 - n, "A", external_id="x") for n in numbers], batch=1700
    )

    await world.deliver(
        [record(key, 40_000 - n, "B", external_id="x") for n in range(1, 4001)], batch=1300
    )

    expected = {(20_000 - n, 40_000 - n) for n in range(1, 4001)}
    assert await matched_pairs(world, key) == expected
    await check(world, key)


async def test_a_delivery_over_several_reconciliations_numbers_each_by_itself(
    world: World,
) -> None:
    keys = [await world.with_rule(organization_id=n) for n in (7, 8, 7)]
    log = [
        a_record(n, "AB"[n % 2], some_fields(external_id=f"x{n // 6}"),
                 organization_id=keys[n % 3][0], reconciliation_id=keys[n % 3][1])
        for n in range(1, 60)
    ]  # fmt: skip

    await world.deliver(log)
    await world.deliver(log)

    for key in keys:
        await check(world, key)
    assert sum([len(await outcomes_of(world, key)) for key in keys]) == len(log)


async def test_what_no_reconciliation_can_take_is_refused_beside_its_neighbours(
    world: World,
) -> None:
    key = await world.with_rule()
    good = record(key, 1, "A", external_id="x")
    unreadable = msgspec.structs.replace(good, record_id=2, fields=msgspec.Raw(b'{"amount":1}'))
    wrong_type = encoded(some_fields(description="d")).replace(b'"d"', b"5")
    bad_text = encoded(some_fields(metadata={"a": "?"})).replace(b'"?"', b'"\xff"')
    log = [
        unreadable,
        msgspec.structs.replace(good, record_id=3, organization_id=99),
        good,
        msgspec.structs.replace(good, record_id=4, reconciliation_id=key[1] + 1),
        msgspec.structs.replace(good, record_id=5, fields=msgspec.Raw(wrong_type)),
        msgspec.structs.replace(good, record_id=6, fields=msgspec.Raw(bad_text)),
        msgspec.structs.replace(good, record_id=7, arrived_at=ARRIVED.replace(tzinfo=None)),
        record(key, 8, "B", external_id="x"),
        ImportCompleted(organization_id=key[0], reconciliation_id=key[1], stream_id=1,
                        import_batch_id=1, records=8, at=ARRIVED),
    ]  # fmt: skip

    (refused,) = await world.deliver(log)  # type: ignore[arg-type]

    assert set(refused) == {0, 1, 3, 4, 5, 6}
    assert all(refused.values())
    assert await matched_pairs(world, key) == {(1, 8)}
    await check(world, key)


async def test_a_rule_with_alternatives_matches_each_way_and_leaves_no_key_behind(
    world: World,
) -> None:
    either = {"operand": "or", "rules": [a_leaf("reference"), a_leaf("external_id")]}
    key = await world.with_rule(a_leaf("date"), either)

    log = [
        record(key, 1, "B", external_id="invoice 1", reference="x"),
        record(key, 2, "B", external_id="y", reference="payment 1"),
        record(key, 3, "A", external_id="invoice 1", reference="payment 1"),
        record(key, 4, "A", external_id="z", reference="payment 1"),
        record(key, 5, "A", external_id="invoice 1", reference="payment 2"),
    ]
    for batch in (log[:2], log[2:]):
        await world.deliver(batch)  # type: ignore[arg-type]
    keyed = await world.rows("SELECT record_id FROM open_key")

    assert await matched_pairs(world, key) == {(3, 1), (4, 2)}
    assert [row["record_id"] for row in keyed] == [5, 5]
    await check(world, key)


async def test_fields_are_kept_and_told_byte_for_byte(world: World) -> None:
    key = await world.with_rule(a_leaf("reference"))
    content = (
        b'{\n\t"reference" : "a\\\\b\\t\\n\\u0041\\\\N",\r\n "amount_minor":"5", "exponent":2,\n'
        b'"currency":"EUR","direction":"debit","date":"2026-03-02",'
        b'"description":"\xc3\xa9 \\u0000 \\\\.", "metadata":{"x":[1.50,{"y":null}]} }'
    )
    one = msgspec.structs.replace(a_record(1, "A", reconciliation_id=key[1]),
                                  fields=msgspec.Raw(content))  # fmt: skip

    await world.deliver([one])
    await world.deliver([msgspec.structs.replace(one, record_id=2, side="B", stream_id=2)])

    rows = await world.rows("SELECT fields FROM entry")
    first, second = await outcomes_of(world, key)
    assert [row["fields"] for row in rows] == [content, content]
    assert bytes(first.entry.fields) == content
    assert [bytes(member.fields) for member in second.members] == [content, content]


@pytest.mark.parametrize("record_id", [2**63 - 1, 2**53 + 1])
async def test_the_largest_numbers_fit(world: World, record_id: int) -> None:
    key = await world.with_rule()
    amount = some_fields("9" * 38, external_id="x")

    await world.deliver([a_record(record_id, "A", amount, reconciliation_id=key[1])])
    await world.deliver([a_record(1, "B", amount, reconciliation_id=key[1])])

    assert await matched_pairs(world, key) == {(record_id, 1)}
    await check(world, key)


async def test_the_overdue_time_follows_due_date_timezone_and_grace(world: World) -> None:
    key = await world.with_rule(timezone="Europe/Berlin")
    log = [
        a_record(1, reconciliation_id=key[1], due_date=DAY),
        a_record(2, reconciliation_id=key[1], arrival_grace_seconds=86_400),
        a_record(3, reconciliation_id=key[1], due_date=DAY.replace(year=9999, month=12, day=31)),
    ]

    await world.deliver(log)

    rows = await world.rows("SELECT record_id, overdue_at FROM entry ORDER BY record_id")
    assert records_of(rows) == [1, 2, 3]
    assert [f"{row['overdue_at']:%Y-%m-%dT%H:%M}" for row in rows] == [
        "2026-03-02T23:00",
        "2026-03-03T12:00",
        "9999-12-31T00:00",
    ]
    await check(world, key)
