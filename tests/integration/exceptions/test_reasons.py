"""Why a break is open, as outcomes tell it; each written and read back on real Postgres."""

from integration.exceptions.break_reads import of_record, shown, told
from integration.exceptions.conftest import Rig


async def test_overdue_says_what_the_passes_found(rig: Rig) -> None:
    rig.log.arrive(1)
    rig.log.overdue(1, "ROLLUP_INCOMPLETE", "The records of its group come to 0.50 EUR less.")
    rig.log.arrive(3)
    rig.log.overdue(3, "DUPLICATE")
    await rig.deliver()

    found = await of_record(rig, 1)
    assert (found["reason_code"], found["reason"]) == (
        "ROLLUP_INCOMPLETE",
        "The records of its group come to 0.50 EUR less.",
    )
    duplicate = await of_record(rig, 3)
    assert duplicate["reason_code"] == "DUPLICATE"
    assert "has no counterpart on side B" in duplicate["reason"]


async def test_a_reason_found_later_changes_the_break_and_is_told(rig: Rig) -> None:
    await rig.late(1)

    rig.log.find(1, "DUPLICATE", "Record 3 is the same and matched: delete one of the two.")
    rig.log.find(1, "DUPLICATE", "Record 3 is the same and matched: delete one of the two.")
    await rig.deliver()

    found = await rig.one_break()
    assert (found["reason_code"], found["version"]) == ("DUPLICATE", 2)
    assert found["reason"] == "Record 3 is the same and matched: delete one of the two."
    assert await told(rig) == [(None, "OPEN", "UNMATCHED_OVERDUE"), ("OPEN", "OPEN", "DUPLICATE")]


async def test_an_ambiguous_suggestion_names_its_candidates_until_it_is_rejected(rig: Rig) -> None:
    await rig.late(1)
    rig.log.arrive(2)
    suggested = rig.log.suggest(1, 2, others=2)
    await rig.deliver()

    found = await rig.one_break()
    assert (found["status"], found["suggested_match_id"]) == ("OPEN", suggested)
    assert found["reason_code"] == "AMBIGUOUS"
    assert found["reason"] == (
        "3 candidates fit equally well for the credit of 1250.00 EUR dated 2026-02-20 (INV-4711),"
        " and one of them is suggested: accept it, or reject it and match the right one."
    )
    assert await shown(rig) == [(1, 125000)]

    rig.log.reject(suggested)
    await rig.deliver()

    found = await rig.one_break()
    assert (found["reason_code"], found["suggested_match_id"]) == ("UNMATCHED_OVERDUE", None)
    assert await rig.worker.fetchval("SELECT count(*) FROM suggestion") == 0
    events = [one for _, one in await rig.events() if one["type"] == "break.changed"]
    assert [one.get("suggested_match_id") for one in events] == [None, suggested, None]


async def test_what_was_suggested_before_it_is_overdue_shows_it_from_the_start(rig: Rig) -> None:
    rig.log.arrive(1)
    rig.log.arrive(2)
    suggested = rig.log.suggest(1, 2, doubt="below_min_score", others=0)
    await rig.deliver()
    rig.log.overdue(1)
    await rig.deliver()

    found = await rig.one_break()

    assert (found["reason_code"], found["suggested_match_id"]) == ("UNMATCHED_OVERDUE", suggested)


async def test_an_accepted_suggestion_is_a_match_like_any(rig: Rig) -> None:
    await rig.late(1)
    rig.log.arrive(2)
    suggested = rig.log.suggest(1, 2)
    await rig.deliver()

    rig.log.accept(suggested)
    await rig.deliver()

    found = await rig.one_break()
    assert (found["status"], found["match_id"], found["suggested_match_id"]) == (
        "RESOLVED",
        suggested,
        None,
    )
    assert await shown(rig) == []
    assert await rig.worker.fetchval("SELECT count(*) FROM suggestion") == 0


async def test_a_match_in_part_leaves_the_break_with_the_rest(rig: Rig) -> None:
    await rig.late(1, amount_minor="10050")
    rig.log.arrive(2, amount_minor="10000")
    first = await rig.one_break()

    match_id = rig.log.match(1, 2, kind="manual", left={1: 50})
    await rig.deliver()

    found = await rig.one_break()
    assert (found["id"], found["status"], found["match_id"]) == (first["id"], "OPEN", None)
    assert found["reason"].startswith(
        "The 0.50 EUR left of the credit dated 2026-02-20 (INV-4711) has no counterpart on side B"
    )
    assert await shown(rig) == [(1, 50)]

    rig.log.revoke(match_id)
    await rig.deliver()

    assert await shown(rig) == [(1, 10050)]
    assert (await rig.one_break())["reason"] == first["reason"]


async def test_an_entry_that_becomes_overdue_in_part_counts_with_what_is_left(rig: Rig) -> None:
    rig.log.arrive(1, amount_minor="10050")
    rig.log.arrive(2, amount_minor="10000")
    rig.log.match(1, 2, kind="manual", left={1: 50})
    rig.log.overdue(1)

    await rig.deliver()

    assert await shown(rig) == [(1, 50)]
    assert "The 0.50 EUR left of the credit" in (await rig.one_break())["reason"]


async def test_a_withdrawn_entry_takes_its_break_and_its_bucket_along(rig: Rig) -> None:
    await rig.late(1)

    rig.log.withdraw(1)
    await rig.deliver()

    found = await rig.one_break()
    assert (found["status"], found["match_id"], found["resolution_type"]) == (
        "RESOLVED",
        None,
        None,
    )
    (bucket,) = (await rig.json("/buckets"))["data"]
    assert (bucket["status"], bucket["aggregates"]["record_count"]) == ("resolved", 0)


async def test_a_changed_entry_counts_as_it_is_now_and_old_findings_are_forgotten(rig: Rig) -> None:
    await rig.late(1)
    rig.log.find(1, "DUPLICATE", "Record 3 is the same.")
    await rig.deliver()

    rig.log.change(1, amount_minor="700", direction="debit", reference="INV-9")
    await rig.deliver()

    assert await shown(rig) == [(1, -700)]
    found = await rig.one_break()
    assert found["reason_code"] == "UNMATCHED_OVERDUE"
    assert found["reason"].startswith("The debit of 7.00 EUR dated 2026-02-20 (INV-9)")
    row = await rig.worker.fetchrow("SELECT version, overdue_seq FROM overdue_entry")
    assert tuple(row) == (2, 2)


async def test_what_touches_nothing_kept_is_not_even_read(rig: Rig) -> None:
    rig.log.arrive(1)
    rig.log.arrive(2)
    rig.log.change(1)
    rig.log.withdraw(1)
    records = rig.log.deliveries()
    for record in records:
        record.value = b"unread"

    await rig.take(records)

    assert await rig.worker.fetchval("SELECT applied_seq FROM projection") == 4
