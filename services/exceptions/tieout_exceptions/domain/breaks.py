"""A break: one entry that is late or wrong, and what becomes of it. Source: semantics section 6."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from tieout_contracts.exception_events import BreakStatus, ReasonCode
from tieout_exceptions.domain.entries import OverdueEntry, unmatched_reason
from tieout_exceptions.domain.severity import SeverityScale, due_at, severity_of

ResolutionType = Literal["FORCE_MATCH"]
# What a person's resolution may start from.
WORKABLE: frozenset[BreakStatus] = frozenset({"OPEN", "ASSIGNED"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """`amount_minor` is unsigned; `resolved_at` is when its age stopped counting."""

    id: int
    reconciliation_id: int
    record_id: int
    stream_id: int
    status: BreakStatus
    reason_code: ReasonCode
    reason: str
    amount_minor: int
    exponent: int
    currency: str
    overdue_at: datetime
    created_at: datetime
    updated_at: datetime
    due_at: datetime
    resolved_at: datetime | None = None
    assigned_to: str | None = None
    external_system: str | None = None
    external_issue_id: str | None = None
    resolution_type: ResolutionType | None = None
    resolution_reason: str | None = None
    resolution_notes: str | None = None
    match_id: int | None = None
    operation_id: int | None = None
    reopened_count: int = 0
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """By which match a break was resolved; the other fields stay None unless a person did it."""

    match_id: int | None
    type: ResolutionType | None = None
    reason: str | None = None
    notes: str | None = None
    operation_id: int | None = None


def open_break(
    entry: OverdueEntry,
    *,
    break_id: int,
    reconciliation_id: int,
    at: datetime,
    scale: SeverityScale,
) -> Break:
    """Open the break of an entry that became overdue; its due time is fixed now."""
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
        reason=unmatched_reason(entry),
        amount_minor=abs(entry.signed_minor),
        exponent=entry.exponent,
        currency=entry.currency,
        overdue_at=entry.overdue_at,
        created_at=at,
        updated_at=at,
        due_at=due_at(opened_at=at, severity=severity),
    )


def refresh(current: Break, entry: OverdueEntry) -> Break:
    """Take over what a newer outcome says of the entry; the due time stays as it was fixed."""
    return replace(
        current,
        reason=unmatched_reason(entry),
        amount_minor=abs(entry.signed_minor),
        exponent=entry.exponent,
        currency=entry.currency,
        overdue_at=entry.overdue_at,
    )


def pending(current: Break, *, operation_id: int, at: datetime) -> Break:
    """Wait for the outcome of an operation."""
    return replace(
        current,
        status="PENDING_RESOLUTION",
        operation_id=operation_id,
        updated_at=at,
        version=current.version + 1,
    )


def restored(current: Break, status: BreakStatus, *, at: datetime) -> Break:
    """Go back to what it was before an operation that was refused."""
    return replace(
        current, status=status, operation_id=None, updated_at=at, version=current.version + 1
    )


def resolved(current: Break, resolution: Resolution, *, at: datetime) -> Break:
    """Resolve it, whatever its status; a person's resolution keeps reason and notes."""
    return replace(
        current,
        status="RESOLVED",
        resolved_at=at,
        updated_at=at,
        match_id=resolution.match_id,
        resolution_type=resolution.type,
        resolution_reason=resolution.reason,
        resolution_notes=resolution.notes,
        operation_id=resolution.operation_id,
        version=current.version + 1,
    )


def reopened(current: Break, *, at: datetime) -> Break:
    """Open it again: its match was revoked, or its cause came back."""
    return replace(
        current,
        status="OPEN",
        resolved_at=None,
        updated_at=at,
        match_id=None,
        resolution_type=None,
        resolution_reason=None,
        resolution_notes=None,
        operation_id=None,
        reopened_count=current.reopened_count + 1,
        version=current.version + 1,
    )


def current_severity(current: Break, *, at: datetime, scale: SeverityScale) -> str:
    """Severity as it is read at `at`; the age of a resolved break stands still."""
    return severity_of(
        amount_minor=current.amount_minor,
        exponent=current.exponent,
        age=(current.resolved_at or at) - current.overdue_at,
        thresholds=scale.of(current.currency),
    )
