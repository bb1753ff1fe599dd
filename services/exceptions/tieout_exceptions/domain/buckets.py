"""Buckets: what the sweeper does to them (a decision table) and what a person may do.

Source: semantics section 7. A slice is what is overdue in one stream of a reconciliation.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from tieout_contracts.exception_events import BucketStatus

Actor = Literal["sweeper", "person"]
SweeperStep = Literal["create", "reopen", "resolve", "nothing"]
LIVE: frozenset[BucketStatus] = frozenset({"open", "investigating"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Bucket:
    """One bucket.

    `title` None means the default, which names the stream. `status_by` made the last transition,
    numbered `changed_seq` among the reconciliation's events; `closed_seq` is how far the outcomes
    had been applied when it was last resolved or dismissed.
    """

    id: int
    stream_id: int
    title: str | None
    description: str | None
    status: BucketStatus
    made_by: Actor
    status_by: Actor
    created_at: datetime
    updated_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    closed_seq: int | None
    changed_seq: int = 0
    deleted_at: datetime | None = None
    version: int = 1

    @property
    def live(self) -> bool:
        return self.status in LIVE and self.deleted_at is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """What decides about the buckets of one stream.

    `shown` counts overdue entries that no dismissed bucket covers, `covered_until` is the highest
    overdue number that one covers (0: none), `latest_seq` the highest overdue number shown,
    exact as long as no bucket is live. `newest` is the one that last ceased to be live.
    """

    shown: int = 0
    covered_until: int = 0
    latest_seq: int = 0
    live: Bucket | None = None
    newest: Bucket | None = None

    def shows(self, overdue_seq: int) -> bool:
        return overdue_seq > self.covered_until

    def added(self, overdue_seq: int) -> "Slice":
        if not self.shows(overdue_seq):
            return self
        return replace(self, shown=self.shown + 1, latest_seq=max(self.latest_seq, overdue_seq))

    def removed(self, overdue_seq: int) -> "Slice":
        return replace(self, shown=self.shown - 1) if self.shows(overdue_seq) else self


def sweeper_step(now: Slice) -> SweeperStep:
    """Decide by rules 1 and 2 of the sweeper; one step is enough, a second says nothing."""
    if now.live is not None:
        empty = now.shown == 0 and now.live.made_by == "sweeper"
        return "resolve" if empty else "nothing"
    if now.shown == 0:
        return "nothing"
    newest = now.newest
    if newest is None or newest.deleted_at is not None or newest.status == "dismissed":
        return "create"
    if newest.status_by == "sweeper" or now.latest_seq > (newest.closed_seq or 0):
        return "reopen"
    return "nothing"


def make_bucket(
    *,
    bucket_id: int,
    stream_id: int,
    status: BucketStatus,
    by: Actor,
    at: datetime,
    applied_seq: int,
    title: str | None = None,
    description: str | None = None,
) -> Bucket:
    """Make one; made as resolved or dismissed it was never opened, and is closed now."""
    is_live = status in LIVE
    return Bucket(
        id=bucket_id,
        stream_id=stream_id,
        title=title,
        description=description,
        status=status,
        made_by=by,
        status_by=by,
        created_at=at,
        updated_at=at,
        opened_at=at if is_live else None,
        closed_at=None if is_live else at,
        closed_seq=None if is_live else applied_seq,
    )


def with_status(
    bucket: Bucket, status: BucketStatus, *, by: Actor, at: datetime, applied_seq: int
) -> Bucket:
    """Move to `status`; the same status changes nothing.

    open and investigating keep both times; entering live sets opened_at and clears closed_at;
    entering resolved or dismissed sets closed_at.
    """
    if status == bucket.status:
        return bucket
    changed = replace(
        bucket, status=status, status_by=by, updated_at=at, version=bucket.version + 1
    )
    if status not in LIVE:
        return replace(changed, closed_at=at, closed_seq=applied_seq)
    if bucket.status in LIVE:
        return changed
    return replace(changed, opened_at=at, closed_at=None, closed_seq=None)


def deleted(bucket: Bucket, *, at: datetime) -> Bucket:
    """Delete it for callers; the row stays, so that the sweeper knows what came last."""
    return replace(
        bucket, deleted_at=at, updated_at=at, status_by="person", version=bucket.version + 1
    )
