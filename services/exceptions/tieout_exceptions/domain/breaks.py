"""A break: one entry that is late or wrong, and what becomes of it. Source: semantics section 6."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from tieout_contracts.exception_events import BreakStatus
from tieout_contracts.outcomes import ReasonCode
from tieout_exceptions.domain.severity import SeverityScale, severity_of

ResolutionType = Literal["FORCE_MATCH", "ADJUST_ENTRY"]
# What a person's resolution may start from.
WORKABLE: frozenset[BreakStatus] = frozenset({"OPEN", "ASSIGNED"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """`amount_minor` is unsigned; `resolved_at` is when its age stopped counting.

    `reason_code` and `reason` are what it shows, made of what was told of the entry (`told_`), of
    its mismatch with the record `mismatch_with`, and of its suggestion. `resolved_seq` is the
    outcome that resolved it, None as long as there is none: a command's answer may come before.
    """

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
    told_code: ReasonCode | None = None
    told_reason: str | None = None
    mismatch_code: ReasonCode | None = None
    mismatch_reason: str | None = None
    mismatch_with: int | None = None
    suggested_match_id: int | None = None
    resolved_seq: int | None = None
    version: int = 1

    def waits_for_outcome(self, *, other_than: int | None) -> bool:
        """Whether a match other than that one resolved it whose outcome was not applied yet."""
        return (
            self.status == "RESOLVED"
            and self.resolved_seq is None
            and self.match_id not in (None, other_than)
        )


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """By which match a break was resolved; the other fields stay None unless a person did it.

    `seq` is the outcome that says so; None when a command's answer does.
    """

    match_id: int | None
    seq: int | None = None
    type: ResolutionType | None = None
    reason: str | None = None
    notes: str | None = None
    operation_id: int | None = None


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
        suggested_match_id=None,
        resolved_seq=resolution.seq,
        version=current.version + 1,
    )


def assigned(current: Break, assignee: str, *, at: datetime) -> Break:
    """Give an open or assigned one to a person; the same person again changes nothing."""
    if assignee == current.assigned_to:
        return current
    return replace(
        current,
        status="ASSIGNED",
        assigned_to=assignee,
        updated_at=at,
        version=current.version + 1,
    )


def unassigned(current: Break, *, at: datetime) -> Break:
    """Take an open or assigned one from its person; nobody's stays as it is."""
    if current.assigned_to is None:
        return current
    return replace(
        current, status="OPEN", assigned_to=None, updated_at=at, version=current.version + 1
    )


def reopened(current: Break, *, at: datetime) -> Break:
    """Open it again, nobody's: its match was revoked, or its cause came back."""
    return replace(
        current,
        status="OPEN",
        assigned_to=None,
        resolved_at=None,
        updated_at=at,
        match_id=None,
        resolution_type=None,
        resolution_reason=None,
        resolution_notes=None,
        operation_id=None,
        resolved_seq=None,
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
