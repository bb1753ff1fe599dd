"""What a break shows, as outcomes about its entry follow each other."""

import pytest

from tieout_exceptions.domain.breaks import Break, Resolution, resolved
from tieout_exceptions.domain.picture import Picture
from unit.exceptions.applied import applied
from unit.exceptions.outcome_log import START, OutcomeLog

FOUND = "Record 3 is missing."


@pytest.fixture
def log() -> OutcomeLog:
    """Record 1 (side A) has 0.50 EUR more than record 2 (side B); 3 and 4 fit neither."""
    told = OutcomeLog()
    for record_id, amount in ((1, "10050"), (2, "10000"), (3, "700"), (4, "700")):
        told.arrive(record_id, amount_minor=amount)
    return told


def resolved_by_command(picture: Picture, record_id: int, *, match_id: int) -> Break:
    """Resolve a break as the answer to a command does, ahead of the log."""
    done = resolved(picture.breaks[record_id], Resolution(match_id=match_id), at=START)
    picture.put_break(done, at=START)
    return done


def test_a_mismatch_stays_the_reason_whatever_overdue_says(log: OutcomeLog) -> None:
    log.mismatch(2, 1)
    log.overdue(2, "ROLLUP_INCOMPLETE", FOUND)

    assert applied(log).breaks[2].reason_code == "AMOUNT_MISMATCH"


def test_a_pair_is_told_once_and_another_pair_takes_its_place(log: OutcomeLog) -> None:
    log.mismatch(2, 1, "AMOUNT_MISMATCH")
    log.mismatch(2, 1, "DATE_MISMATCH")
    first = applied(log).breaks[2]
    log.mismatch(2, 3, "CURRENCY_MISMATCH")

    second = applied(log).breaks[2]

    assert (first.reason_code, first.version) == ("AMOUNT_MISMATCH", 1)
    assert (second.reason_code, second.version) == ("CURRENCY_MISMATCH", 2)


def test_what_is_found_later_comes_before_the_mismatch_and_a_new_one_before_that(
    log: OutcomeLog,
) -> None:
    log.overdue(2)
    log.mismatch(2, 1)
    log.find(2, "ROLLUP_INCOMPLETE", FOUND)
    found = applied(log).breaks[2]
    log.mismatch(2, 3, "DATE_MISMATCH")

    assert (found.reason_code, found.reason) == ("ROLLUP_INCOMPLETE", FOUND)
    assert applied(log).breaks[2].reason_code == "DATE_MISMATCH"


def test_nothing_wrong_is_left_of_what_is_not_late_when_its_mismatch_ends(log: OutcomeLog) -> None:
    log.mismatch(2, 1)
    log.find(2, "ROLLUP_INCOMPLETE", FOUND)
    log.withdraw(1)

    assert applied(log).breaks[2].status == "RESOLVED"


def test_a_mismatch_told_as_a_reason_ends_with_the_mismatch(log: OutcomeLog) -> None:
    log.overdue(2)
    log.mismatch(2, 1)
    log.find(2, "AMOUNT_MISMATCH", "The amounts differ.")
    log.withdraw(1)

    assert applied(log).breaks[2].reason_code == "UNMATCHED_OVERDUE"


def test_a_match_of_both_resolves_the_mismatch_by_itself_whichever_comes_first(
    log: OutcomeLog,
) -> None:
    log.mismatch(2, 1)
    match_id = log.match(1, 2, kind="manual")

    decided = applied(log).breaks[2]

    assert (decided.status, decided.match_id) == ("RESOLVED", match_id)


def test_a_mismatch_matched_in_part_with_its_other_record_is_decided_until_revoked(
    log: OutcomeLog,
) -> None:
    log.mismatch(2, 1)
    match_id = log.match(2, 3, 1, kind="manual", left={2: 50})
    decided = applied(log).breaks[2]

    log.revoke(match_id)

    assert (decided.status, decided.match_id) == ("RESOLVED", match_id)
    again = applied(log).breaks[2]
    assert (again.status, again.reason_code) == ("OPEN", "AMOUNT_MISMATCH")
    assert again.amount_minor == 10000


def test_a_late_mismatch_matched_in_part_with_its_other_record_is_late_with_the_rest(
    log: OutcomeLog,
) -> None:
    log.overdue(2)
    log.mismatch(2, 1)
    log.match(2, 1, kind="manual", left={2: 50})

    rest = applied(log).breaks[2]

    assert (rest.status, rest.reason_code, rest.amount_minor) == ("OPEN", "UNMATCHED_OVERDUE", 50)


def test_a_rest_that_becomes_late_is_not_called_a_mismatch_any_more(log: OutcomeLog) -> None:
    log.mismatch(2, 1)
    log.match(2, 1, kind="manual", left={2: 50})
    log.overdue(2)

    rest = applied(log).breaks[2]

    assert (rest.status, rest.reason_code) == ("OPEN", "UNMATCHED_OVERDUE")


def test_revoking_one_of_two_matches_leaves_a_mismatch_that_the_other_decided(
    log: OutcomeLog,
) -> None:
    log.mismatch(2, 1)
    first = log.match(2, 3, kind="manual", left={2: 700})
    second = log.match(2, 4, kind="manual")
    log.revoke(first)

    decided = applied(log).breaks[2]

    assert (decided.status, decided.match_id) == ("RESOLVED", second)


def test_a_changed_entry_forgets_what_was_told_of_it(log: OutcomeLog) -> None:
    log.overdue(1, "DUPLICATE", FOUND)
    log.overdue(2)
    log.mismatch(2, 3)
    log.change(1)
    log.change(2)

    picture = applied(log)

    assert {one.reason_code for one in picture.breaks.values()} == {"UNMATCHED_OVERDUE"}


def test_a_changed_entry_that_is_due_later_is_overdue_no_more(log: OutcomeLog) -> None:
    log.overdue(1)
    log.overdue(2)
    log.change(1, due_later=True, amount_minor="5")
    log.change(2, amount_minor="5")

    picture = applied(log)

    assert {one.record_id: one.signed_minor for one in picture.entries.values()} == {2: 5}
    assert {one.record_id: one.status for one in picture.breaks.values()} == {
        1: "RESOLVED",
        2: "OPEN",
    }


@pytest.mark.parametrize("others", [1, 4])
def test_ambiguity_counts_the_candidates_and_ends_with_the_suggestion(
    log: OutcomeLog, others: int
) -> None:
    log.overdue(1, "AMBIGUOUS", "Several are as close.")
    suggested = log.suggest(1, 2, others=others)
    doubtful = applied(log).breaks[1]
    log.reject(suggested)

    assert doubtful.reason.startswith(f"{others + 1} candidates fit equally well for the credit")
    assert doubtful.suggested_match_id == suggested
    after = applied(log).breaks[1]
    assert (after.reason_code, after.suggested_match_id) == ("UNMATCHED_OVERDUE", None)


def test_ambiguity_does_not_come_back_with_a_revoked_match(log: OutcomeLog) -> None:
    log.overdue(1, "AMBIGUOUS", "Several are as close.")
    log.revoke(log.accept(log.suggest(1, 2)))

    assert applied(log).breaks[1].reason_code == "UNMATCHED_OVERDUE"


def test_a_mismatch_that_is_not_late_keeps_its_reason_beside_a_suggestion(log: OutcomeLog) -> None:
    log.mismatch(2, 1)
    suggested = log.suggest(2, 3)

    found = applied(log).breaks[2]

    assert (found.reason_code, found.suggested_match_id) == ("AMOUNT_MISMATCH", suggested)


def test_only_the_suggestion_that_is_rejected_is_forgotten(log: OutcomeLog) -> None:
    log.overdue(1)
    first = log.suggest(1, 2)
    log.suggested[9] = log.suggested.pop(first)
    log.reject(9)

    assert applied(log).suggestions[1].match_id == first


def test_a_withdrawn_entry_takes_its_suggestion_along(log: OutcomeLog) -> None:
    log.overdue(1)
    log.suggest(1, 2)
    log.suggested.clear()
    log.withdraw(1)

    assert 1 not in applied(log).suggestions


def test_the_outcome_of_a_commands_match_is_noted_without_a_new_version(log: OutcomeLog) -> None:
    log.overdue(1)
    picture = applied(log)
    ahead = resolved_by_command(picture, 1, match_id=5006)
    assert log.match(1, 2, kind="force") == 5006

    noted = applied(log, picture).breaks[1]

    assert (ahead.resolved_seq, noted.resolved_seq) == (None, 6)
    assert (noted.status, noted.version) == ("RESOLVED", ahead.version)


def test_what_a_command_resolved_ahead_of_the_log_stays_so(log: OutcomeLog) -> None:
    log.overdue(1)
    first = log.match(1, 2)
    picture = applied(log)
    log.revoke(first)
    log.match(1, 3, left={1: 50})
    log.mismatch(1, 4)
    resolved_by_command(picture, 1, match_id=9000)

    waiting = applied(log, picture)

    assert waiting.breaks[1].status == "RESOLVED"
    assert waiting.breaks[1].match_id == 9000
    assert waiting.entries[1].signed_minor == 50
