"""Entries found to differ from their counterpart: one break each, at once."""

from integration.exceptions.break_reads import of_record, shown, told
from integration.exceptions.conftest import Rig


async def two_open(rig: Rig) -> None:
    rig.log.arrive(1, amount_minor="10050")
    rig.log.arrive(2, amount_minor="10000")
    await rig.deliver()


async def test_a_mismatch_raises_one_break_at_once_and_makes_nothing_overdue(rig: Rig) -> None:
    await two_open(rig)

    rig.log.mismatch(2, 1)
    rig.log.mismatch(2, 1, rule_id=4)
    await rig.deliver()

    found = await rig.one_break()
    assert (found["record_id"], found["status"], found["reason_code"]) == (
        2,
        "OPEN",
        "AMOUNT_MISMATCH",
    )
    assert found["reason"] == "Record 1 has the same reference, but 0.50 EUR more."
    assert await shown(rig) == []
    assert await told(rig) == [(None, "OPEN", "AMOUNT_MISMATCH")]


async def test_a_mismatch_that_becomes_overdue_is_the_same_break_with_the_same_reason(
    rig: Rig,
) -> None:
    await two_open(rig)
    rig.log.mismatch(2, 1)
    await rig.deliver()
    first = await rig.one_break()

    rig.log.overdue(2)
    await rig.deliver()

    assert await rig.one_break() == first
    assert await shown(rig) == [(1, 10000)]


async def test_an_overdue_entry_that_turns_out_to_differ_keeps_its_break(rig: Rig) -> None:
    await two_open(rig)
    rig.log.overdue(2)
    await rig.deliver()
    first = await rig.one_break()

    rig.log.mismatch(2, 1, "DATE_MISMATCH")
    await rig.deliver()

    found = await rig.one_break()
    assert (found["id"], found["reason_code"]) == (first["id"], "DATE_MISMATCH")
    assert found["version"] == first["version"] + 1
    assert await told(rig) == [
        (None, "OPEN", "UNMATCHED_OVERDUE"),
        ("OPEN", "OPEN", "DATE_MISMATCH"),
    ]


async def test_a_mismatch_resolves_by_its_match_and_returns_when_that_is_revoked(rig: Rig) -> None:
    await two_open(rig)
    rig.log.mismatch(2, 1)
    match_id = rig.log.match(1, 2, kind="manual")
    await rig.deliver()
    resolved = await rig.one_break()

    rig.log.revoke(match_id)
    await rig.deliver()

    assert (resolved["status"], resolved["match_id"]) == ("RESOLVED", match_id)
    assert resolved["resolution_type"] is None
    again = await rig.one_break()
    assert (again["status"], again["reason_code"]) == ("OPEN", "AMOUNT_MISMATCH")
    assert again["reopened_count"] == 1


async def test_a_mismatch_ends_when_the_other_record_is_gone_matched_or_changed(rig: Rig) -> None:
    for expected, other in ((2, 1), (4, 3), (6, 5)):
        rig.log.arrive(other)
        rig.log.arrive(expected)
        rig.log.mismatch(expected, other)
    rig.log.arrive(8)
    await rig.deliver()

    rig.log.withdraw(1)
    await rig.deliver()
    rig.log.match(3, 8)
    await rig.deliver()
    rig.log.change(5)
    await rig.deliver()

    for expected in (2, 4, 6):
        found = await of_record(rig, expected)
        assert (found["status"], found["match_id"], found["resolution_type"]) == (
            "RESOLVED",
            None,
            None,
        )


async def test_a_mismatch_ends_when_the_matcher_says_so_of_the_same_two(rig: Rig) -> None:
    await two_open(rig)
    rig.log.mismatch(2, 1)
    rig.log.end_mismatch(2, 3)
    await rig.deliver()
    assert (await rig.one_break())["status"] == "OPEN"

    rig.log.end_mismatch(2, 1)
    await rig.deliver()

    assert (await rig.one_break())["status"] == "RESOLVED"


async def test_a_late_entry_whose_reason_vanished_is_unmatched_as_any_other(rig: Rig) -> None:
    await two_open(rig)
    rig.log.overdue(2)
    await rig.deliver()
    found = await rig.one_break()
    rig.log.find(2, "ROLLUP_INCOMPLETE", "The records that belong together come to another sum.")
    await rig.deliver()
    assert (await rig.one_break())["reason_code"] == "ROLLUP_INCOMPLETE"

    rig.log.find(2, "UNMATCHED_OVERDUE", "No counterpart was found.")
    await rig.deliver()

    now = await rig.one_break()
    assert (now["reason_code"], now["reason"]) == (found["reason_code"], found["reason"])


async def test_a_mismatch_told_again_after_a_correction_opens_the_break_again(rig: Rig) -> None:
    await two_open(rig)
    rig.log.mismatch(2, 1)
    rig.log.change(2, amount_minor="10010")
    await rig.deliver()
    assert (await rig.one_break())["status"] == "RESOLVED"

    rig.log.mismatch(2, 1, "DATE_MISMATCH")
    await rig.deliver()

    found = await rig.one_break()
    assert (found["status"], found["reason_code"], found["reopened_count"]) == (
        "OPEN",
        "DATE_MISMATCH",
        1,
    )


async def test_a_mismatch_that_is_found_again_as_a_reason_ends_with_the_mismatch(rig: Rig) -> None:
    await two_open(rig)
    rig.log.overdue(2)
    rig.log.mismatch(2, 1)
    await rig.deliver()
    found = await rig.one_break()
    rig.log.find(2, "AMOUNT_MISMATCH", found["reason"])
    await rig.deliver()
    assert await rig.one_break() == found
    rig.log.find(2, "AMOUNT_MISMATCH", "Record 1 has the same identity: correct one of the two.")
    await rig.deliver()

    rig.log.withdraw(1)
    await rig.deliver()

    found = await rig.one_break()
    assert (found["status"], found["reason_code"]) == ("OPEN", "UNMATCHED_OVERDUE")
