"""Outcomes applied to the picture of cases, one after the other, in the order of their numbers.

Each outcome is applied whole, the cases' own states included, before the next: so the result
depends on the log alone, not on how it was cut into batches.
"""

from dataclasses import replace
from datetime import datetime

from tieout_contracts.outcomes import (
    EntryOverdue,
    EntryWithdrawn,
    MatchAccepted,
    MatchRejected,
    MatchRevoked,
    MatchSuggested,
    MismatchFound,
    Outcome,
)
from tieout_exceptions.domain.cases.facts import facts_of, reconciliation_status_of
from tieout_exceptions.domain.cases.holding import changed, hold, release, withdraw
from tieout_exceptions.domain.cases.judgement import CaseScale
from tieout_exceptions.domain.cases.meeting import meet
from tieout_exceptions.domain.cases.picture import CasePicture
from tieout_exceptions.domain.cases.verdict import judge
from tieout_exceptions.domain.cases.views import views_of


def follow(picture: CasePicture, outcome: Outcome, scale: CaseScale) -> None:
    """Apply one outcome; raises msgspec.MsgspecError or ValueError for unreadable fields."""
    for record_id in sorted(_apply(picture, outcome)):
        _settle(picture, record_id, scale, at=outcome.at)
    picture.note_changes(at=outcome.at)


def _apply(picture: CasePicture, outcome: Outcome) -> set[int]:
    """Apply an outcome; returns the intents whose cases it touches."""
    if isinstance(outcome, EntryWithdrawn):
        return withdraw(picture, outcome)
    touched: set[int] = set()
    for view in sorted(views_of(outcome), key=lambda one: one.side, reverse=True):
        touched |= meet(picture, view, at=outcome.at)
    if isinstance(outcome, MatchAccepted | MatchSuggested):
        touched |= hold(picture, outcome)
    elif isinstance(outcome, MatchRejected | MatchRevoked):
        touched |= release(picture, outcome)
    elif isinstance(outcome, MismatchFound) and outcome.entry.side == "B":
        picture.tell(
            outcome.entry.record_id,
            "mismatch.found",
            outcome.reason,
            at=outcome.at,
            raw_record_id=outcome.other.record_id,
            reason=outcome.reason_code,
        )
    elif isinstance(outcome, EntryOverdue) and outcome.entry.side == "B":
        message = outcome.reason or "No match came until it was due"
        number = outcome.entry.record_id
        picture.tell(number, "intent.overdue", message, at=outcome.at, reason=outcome.reason_code)
    return touched


def _settle(picture: CasePicture, record_id: int, scale: CaseScale, *, at: datetime) -> None:
    """Bring a case's own states up to what it holds now."""
    before = picture.cases[record_id]
    status = reconciliation_status_of(picture.bundle(record_id))
    case = replace(before, last_run_at=at)
    if status != before.reconciliation_status:
        reconciled_at = at if status == "reconciled" else None
        case = changed(case, at=at, reconciliation_status=status, reconciled_at=reconciled_at)
    picture.put_case(case)
    if case.status == "resolved" and before.reconciliation_status == "reconciled" != status:
        picture.put_case(changed(case, at=at, status="open"))
        picture.tell(record_id, "case.reopened", "The payment is not reconciled any more", at=at)
    elif case.status == "open":
        facts = facts_of(picture.bundle(record_id))
        if judge(facts, scale=scale, now=at).verdict == "matched":
            picture.put_case(changed(case, at=at, status="resolved"))
            picture.tell(record_id, "case.resolved", "All evidence is there and ties", at=at)
