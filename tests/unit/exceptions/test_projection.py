from collections import Counter

from hypothesis import given, settings

from tieout_contracts.exception_events import BreakChanged, BucketChanged
from tieout_contracts.outcomes import MatchSuggested
from unit.exceptions.applied import applied
from unit.exceptions.closing_log import close, reopen
from unit.exceptions.naive_mismatches import in_force
from unit.exceptions.outcome_log import OutcomeLog
from unit.exceptions.outcome_steps import STEPS, Step, follow


@settings(deadline=None, max_examples=300)
@given(steps=STEPS)
def test_a_break_is_open_exactly_for_what_is_overdue_or_differs_from_its_counterpart(
    steps: list[Step],
) -> None:
    log = follow(OutcomeLog(), steps)

    picture = applied(log)

    late = {view.record_id for view in log.open.values() if view.overdue_seq is not None}
    wrong = {one for one in log.open if in_force(log.outcomes, one) is not None}
    unresolved = {key for key, one in picture.breaks.items() if one.status != "RESOLVED"}
    assert picture.entries.keys() == late
    assert unresolved == late | wrong


@settings(deadline=None, max_examples=300)
@given(steps=STEPS)
def test_entries_and_breaks_have_the_amount_and_version_that_are_open(steps: list[Step]) -> None:
    log = follow(OutcomeLog(), steps)

    picture = applied(log)

    for record_id, entry in picture.entries.items():
        assert entry.signed_minor == -log.left(record_id)
        assert entry.version == log.views[record_id].version
        assert entry.overdue_seq == log.views[record_id].overdue_seq
    open_breaks = [one for one in picture.breaks.values() if one.status != "RESOLVED"]
    assert all(one.amount_minor == log.left(one.record_id) for one in open_breaks)


@settings(deadline=None, max_examples=300)
@given(steps=STEPS)
def test_open_breaks_show_the_suggestion_that_reserves_their_entry(steps: list[Step]) -> None:
    log = follow(OutcomeLog(), steps)

    picture = applied(log)

    doubts = {one.match_id: one.doubt for one in log.outcomes if isinstance(one, MatchSuggested)}
    reserved = {one: log.reserving(one) for one in log.views if log.reserving(one)}
    assert {key: one.match_id for key, one in picture.suggestions.items()} == reserved
    for record_id, one in picture.breaks.items():
        if one.status == "RESOLVED":
            assert one.suggested_match_id is None
            continue
        assert one.suggested_match_id == reserved.get(record_id)
        ambiguous = doubts.get(reserved.get(record_id) or 0) == "ambiguous"
        assert (one.reason_code == "AMBIGUOUS") == (ambiguous and record_id in picture.entries)


@settings(deadline=None)
@given(steps=STEPS)
def test_a_stream_has_a_live_bucket_exactly_while_something_is_overdue(steps: list[Step]) -> None:
    log = follow(OutcomeLog(), steps)

    picture = applied(log)

    late = Counter(view.stream_id for view in log.open.values() if view.overdue_seq is not None)
    live = {key: one.shown for key, one in picture.slices.items() if one.live is not None}
    assert live == late


@settings(deadline=None)
@given(steps=STEPS)
def test_events_are_numbered_without_gaps_and_each_transition_follows_the_last(
    steps: list[Step],
) -> None:
    picture = applied(follow(OutcomeLog(), steps))

    assert [one.seq for one in picture.events] == list(range(1, picture.exceptions_seq + 1))
    status: dict[tuple[type, int], str | None] = {}
    for event in picture.events:
        assert isinstance(event, BreakChanged | BucketChanged)
        one = event.break_id if isinstance(event, BreakChanged) else event.bucket_id
        assert status.get((type(event), one)) == event.old_status
        status[type(event), one] = event.new_status


def test_a_revoked_match_brings_back_what_was_overdue_and_reopens_the_break() -> None:
    log = OutcomeLog()
    log.arrive(1)
    log.arrive(2)
    log.overdue(1)
    log.revoke(log.match(1, 2))

    picture = applied(log)

    assert list(picture.entries) == [1]
    assert picture.entries[1].overdue_seq == 3
    reopened = picture.breaks[1]
    assert (reopened.status, reopened.reopened_count, reopened.match_id) == ("OPEN", 1, None)
    assert [one.new_status for one in picture.events if isinstance(one, BucketChanged)] == [
        "open",
        "resolved",
        "open",
    ]


def test_a_forced_match_resolves_the_breaks_of_all_its_members_as_by_itself() -> None:
    log = OutcomeLog()
    for record_id in (1, 2):
        log.arrive(record_id)
        log.overdue(record_id)
    match_id = log.match(1, 2, kind="force")

    picture = applied(log)

    assert {(one.status, one.match_id, one.resolution_type) for one in picture.breaks.values()} == {
        ("RESOLVED", match_id, None)
    }


def test_the_reason_says_what_is_missing_and_what_to_do() -> None:
    log = OutcomeLog()
    log.arrive(1)
    log.overdue(1)

    reason = applied(log).breaks[1].reason

    assert reason == (
        "The credit of 1250.00 EUR dated 2026-02-20 (INV-4711) has no counterpart on side B and"
        " was expected by 2026-03-01 12:00 UTC: check whether side B has reported it, correct the"
        " record that differs, or force-match it with a reason."
    )


def test_closing_resolves_the_break_and_reopening_opens_the_same_one_with_its_reason() -> None:
    log = OutcomeLog()
    log.arrive(1)
    log.overdue(1, "UNMATCHED", "The run found no counterpart.")
    close(log, 1)

    resolved = applied(log)
    reopen(log, 1)
    reopened = applied(log)

    assert (resolved.breaks[1].status, list(resolved.entries)) == ("RESOLVED", [])
    assert resolved.breaks[1].resolution_type is None
    assert (reopened.breaks[1].status, list(reopened.entries)) == ("OPEN", [1])
    assert reopened.breaks[1].reopened_count == 1
    assert reopened.breaks[1].reason == "The run found no counterpart."
