"""What keeps a break open: an entry that is overdue, or one found to differ from its counterpart.

All take a break and return the next one; whoever keeps it gives it its version.
"""

from dataclasses import replace
from datetime import datetime

from tieout_contracts.outcomes import ReasonCode
from tieout_exceptions.domain.breaks import Break, Resolution, resolved
from tieout_exceptions.domain.entries import OpenEntry, OverdueEntry
from tieout_exceptions.domain.reasons import MISMATCHES, Reason, Suggestion, reason_of, unmatched
from tieout_exceptions.domain.severity import SeverityScale, due_at, severity_of


def open_break(
    entry: OpenEntry,
    *,
    break_id: int,
    reconciliation_id: int,
    at: datetime,
    scale: SeverityScale,
) -> Break:
    """Open the break of an entry that is late or wrong; its due time is fixed now."""
    severity = severity_of(
        amount_minor=entry.signed_minor,
        exponent=entry.exponent,
        age=at - entry.overdue_at,
        thresholds=scale.of(entry.currency),
    )
    return Break(
        id=break_id,
        reconciliation_id=reconciliation_id,
        record_id=entry.record_id,
        stream_id=entry.stream_id,
        status="OPEN",
        reason_code="UNMATCHED_OVERDUE",
        reason=unmatched(entry),
        amount_minor=abs(entry.signed_minor),
        exponent=entry.exponent,
        currency=entry.currency,
        overdue_at=entry.overdue_at,
        created_at=at,
        updated_at=at,
        due_at=due_at(opened_at=at, severity=severity),
    )


def with_entry(current: Break, entry: OpenEntry) -> Break:
    """Take over what a newer outcome says of the entry; the due time stays as it was fixed."""
    return replace(
        current,
        amount_minor=abs(entry.signed_minor),
        exponent=entry.exponent,
        currency=entry.currency,
        overdue_at=entry.overdue_at,
    )


def with_told(current: Break, told: Reason | None) -> Break:
    """Take over what the matcher tells of the entry, in place of what it told before."""
    return replace(
        current, told_code=told.code if told else None, told_reason=told.text if told else None
    )


def with_mismatch(current: Break, mismatch: Reason, *, other_record_id: int) -> Break:
    """Take over that the entry differs from its counterpart, in place of all told before."""
    return replace(
        with_told(current, None),
        mismatch_code=mismatch.code,
        mismatch_reason=mismatch.text,
        mismatch_with=other_record_id,
    )


def without_mismatch(current: Break) -> Break:
    """Forget the mismatch: one of the two records changed, or the other is matched or gone."""
    kept = with_told(current, None) if current.told_code in MISMATCHES else current
    return replace(kept, mismatch_code=None, mismatch_reason=None, mismatch_with=None)


def without_ambiguity(current: Break) -> Break:
    """Forget that it was told to be ambiguous: its suggestion is decided."""
    return with_told(current, None) if current.told_code == "AMBIGUOUS" else current


def explained(
    current: Break,
    *,
    entry: OverdueEntry | None,
    suggestion: Suggestion | None,
    at: datetime,
    seq: int,
) -> Break:
    """Show why an unresolved break is open, and its suggestion; resolve it when nothing is wrong.

    `entry` is None while it is not overdue; `seq` numbers the outcome applied.
    """
    reason = reason_of(
        told=_reason(current.told_code, current.told_reason),
        mismatch=_reason(current.mismatch_code, current.mismatch_reason),
        entry=entry,
        suggestion=suggestion,
    )
    if reason is None:
        return resolved(current, Resolution(match_id=None, seq=seq), at=at)
    return replace(
        current,
        reason_code=reason.code,
        reason=reason.text,
        suggested_match_id=suggestion.match_id if suggestion else None,
    )


def _reason(code: ReasonCode | None, text: str | None) -> Reason | None:
    return None if code is None or text is None else Reason(code=code, text=text)
