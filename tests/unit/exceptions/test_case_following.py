"""Cases made from whole logs, checked against what the log says by itself."""

from datetime import datetime

from hypothesis import given

from tieout_contracts.outcomes import MatchAccepted, MatchRevoked
from tieout_exceptions.domain.cases.book import Book
from tieout_exceptions.domain.cases.following import follow as follow_outcome
from tieout_exceptions.domain.cases.judgement import CaseScale
from tieout_exceptions.domain.cases.picture import CasePicture
from unit.exceptions.outcome_log import ORGANIZATION, RECONCILIATION, START, OutcomeLog, amount_of
from unit.exceptions.outcome_steps import STEPS, Step, follow

SCALE = CaseScale()


def a_book(created_at: datetime = START) -> Book:
    return Book(
        organization_id=ORGANIZATION,
        reconciliation_id=RECONCILIATION,
        intent_stream_id=12,
        provider_stream_id=13,
        chain_stream_id=14,
        bank_stream_id=11,
        file_stream_id=15,
        created_at=created_at,
    )


def followed(log: OutcomeLog) -> CasePicture:
    picture = CasePicture(book=a_book())
    for outcome in log.outcomes:
        follow_outcome(picture, outcome, SCALE)
    return picture


@given(steps=STEPS)
def test_each_intent_has_one_case_that_knows_what_holds_it(steps: list[Step]) -> None:
    log = follow(OutcomeLog(), steps)

    picture = followed(log)

    for record_id, view in log.views.items():
        if view.side != "B":
            assert record_id in picture.evidence
            continue
        case, taken = picture.cases[record_id], [of for of in log.taken.values() if record_id in of]
        held = sum(of[record_id] for of in taken)
        suggested = any(record_id in members for members in log.suggested.values())
        expected = (
            "reconciled"
            if taken and held == amount_of(view)
            else "tentatively_reconciled"
            if taken or suggested
            else "unreconciled"
        )
        assert case.reconciliation_status == expected
        assert (case.reconciled_at is not None) == (expected == "reconciled")
        assert not case.withdrawn
    # What is closed (of a ledger only) says nothing about a payment.
    gone = picture.cases.keys() - log.views.keys() - log.closed.keys()
    assert {picture.cases[one].status for one in gone} <= {"archived"}


@given(steps=STEPS)
def test_the_audit_events_tell_of_every_match(steps: list[Step]) -> None:
    log = follow(OutcomeLog(), steps)

    picture = followed(log)

    for kind, event_type in ((MatchAccepted, "match.accepted"), (MatchRevoked, "match.revoked")):
        told = sum(
            member.side == "B"
            for one in log.outcomes
            if isinstance(one, kind)
            for member in one.members
        )
        assert sum(one.event_type == event_type for one in picture.events) == told
    opened = [one.case_id for one in picture.events if one.event_type == "case.opened"]
    assert len(opened) == len(set(opened)) == len(picture.cases)


def test_a_match_that_ties_resolves_its_case_and_revoking_it_opens_it_again() -> None:
    log = OutcomeLog()
    log.arrive(1)
    log.arrive(2)
    match = log.match(1, 2)
    tied = followed(log).cases[2]

    log.revoke(match)

    assert (tied.status, tied.reconciliation_status) == ("resolved", "reconciled")
    case = followed(log).cases[2]
    assert (case.status, case.reconciliation_status) == ("open", "unreconciled")


def test_evidence_with_another_amount_leaves_the_case_open() -> None:
    log = OutcomeLog()
    log.arrive(1, amount_minor="100")
    log.arrive(2)

    case = followed(log).cases[2]

    assert (case.status, case.reconciliation_status) == ("open", "unreconciled")


def test_a_match_that_does_not_tie_waits_for_a_person() -> None:
    log = OutcomeLog()
    log.arrive(1, amount_minor="100000")
    log.arrive(2)
    log.match(1, 2, kind="force")

    assert followed(log).cases[2].status == "open"


def test_an_intent_that_is_no_more_archives_its_case_and_comes_back_open() -> None:
    log = OutcomeLog()
    log.arrive(2)
    log.withdraw(2)
    archived = followed(log).cases[2]
    log.arrive(2)
    log.views[2] = log.outcomes[-1].entry  # type: ignore[union-attr]  # an arrival
    log.change(2)

    assert (archived.status, archived.withdrawn) == ("archived", True)
    case = followed(log).cases[2]
    assert (case.status, case.withdrawn) == ("open", False)
