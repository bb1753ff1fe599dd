"""What the exceptions service publishes: buckets, breaks and cases changing state."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from tieout_contracts.outcomes import ReasonCode

BucketStatus = Literal["open", "investigating", "dismissed", "resolved"]
BreakStatus = Literal["OPEN", "ASSIGNED", "PENDING_RESOLUTION", "RESOLVED"]

CaseStatus = Literal["open", "resolved", "archived"]
ReconciliationStatus = Literal["unreconciled", "tentatively_reconciled", "reconciled"]


class BucketChanged(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="bucket.changed"
):
    """One transition of a bucket.

    `old_status` is absent when it was created, `new_status` when it was deleted. `seq` is the
    reconciliation's own exceptions_seq.
    """

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    bucket_id: int
    stream_id: int
    old_status: BucketStatus | None = None
    new_status: BucketStatus | None = None
    record_count: int
    by: Literal["sweeper", "person"]


class BreakChanged(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="break.changed"
):
    """One transition of a break, or more being known of it.

    `old_status` is absent when it was opened, and equals `new_status` when the reason, the
    suggestion, the match, the assignee or the external issue is what changed, or when it was
    dispatched to an external system.
    """

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    break_id: int
    record_id: int
    old_status: BreakStatus | None = None
    new_status: BreakStatus
    reason_code: ReasonCode
    reason: str
    resolution_type: Literal["FORCE_MATCH", "ADJUST_ENTRY"] | None = None
    match_id: int | None = None
    operation_id: int | None = None
    suggested_match_id: int | None = None
    assigned_to: str | None = None
    external_system: str | None = None
    external_issue_id: str | None = None
    dispatched: bool = False
    queue: str | None = None


class BreakResolutionRefused(
    Struct, frozen=True, kw_only=True, tag_field="type", tag="break.resolution_refused"
):
    """A pending resolution could not be carried out; the break is back in `status`."""

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    break_id: int
    operation_id: int
    status: BreakStatus
    code: str
    message: str


class CaseChanged(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="case.changed"
):
    """One transition of a case, or of how far its payment intent is reconciled.

    `old_status` is absent when it was opened. What depends on the time of reading (its verdict, its
    age) is no part of it.
    """

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    case_id: int
    record_id: int
    external_reference: str
    old_status: CaseStatus | None = None
    new_status: CaseStatus
    reconciliation_status: ReconciliationStatus
    by: Literal["system", "person"]


ExceptionEvent = BucketChanged | BreakChanged | BreakResolutionRefused | CaseChanged
