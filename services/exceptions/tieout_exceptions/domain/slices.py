"""Buckets inside a picture: a transition replaces the bucket and its slice, and is told."""

from dataclasses import replace
from datetime import datetime

from tieout_contracts.exception_events import BucketChanged, BucketStatus
from tieout_exceptions.domain.buckets import (
    Bucket,
    Slice,
    make_bucket,
    sweeper_step,
    with_status,
)
from tieout_exceptions.domain.picture import Picture


def sweep_slice(picture: Picture, stream_id: int, *, at: datetime) -> None:
    """Let the sweeper do what the rules want for one stream, if anything."""
    now = picture.slice_of(stream_id)
    step = sweeper_step(now)
    if step == "create":
        made = make_bucket(
            bucket_id=picture.next_bucket_id(),
            stream_id=stream_id,
            status="open",
            by="sweeper",
            at=at,
            applied_seq=picture.applied_seq,
        )
        kept = keep_bucket(picture, made)
        tell_bucket(picture, kept, old_status=None, record_count=now.shown, at=at)
    elif step == "reopen" and now.newest is not None:
        _sweep_to(picture, now.newest, "open", at=at)
    elif step == "resolve" and now.live is not None:
        _sweep_to(picture, now.live, "resolved", at=at)


def _sweep_to(picture: Picture, bucket: Bucket, status: BucketStatus, *, at: datetime) -> None:
    count = picture.slice_of(bucket.stream_id).shown
    changed = with_status(bucket, status, by="sweeper", at=at, applied_seq=picture.applied_seq)
    kept = keep_bucket(picture, changed)
    tell_bucket(picture, kept, old_status=bucket.status, record_count=count, at=at)


def keep_bucket(picture: Picture, bucket: Bucket) -> Bucket:
    """Keep a bucket that is new, deleted or of another status, under the next event's number.

    What dismissed buckets cover is not counted again: the sweeper never dismisses, and a person's
    command looks at no slice afterwards.
    """
    picture.exceptions_seq += 1
    kept = replace(bucket, changed_seq=picture.exceptions_seq)
    picture.buckets_changed[kept.id] = kept
    picture.slices[kept.stream_id] = _slice_with(picture.slice_of(kept.stream_id), kept)
    return kept


def tell_bucket(
    picture: Picture,
    kept: Bucket,
    *,
    old_status: BucketStatus | None,
    record_count: int,
    at: datetime,
) -> None:
    """Tell of a kept bucket's transition; `record_count` is what it shows."""
    picture.events.append(
        BucketChanged(
            organization_id=picture.organization_id,
            reconciliation_id=picture.reconciliation_id,
            seq=kept.changed_seq,
            at=at,
            bucket_id=kept.id,
            stream_id=kept.stream_id,
            old_status=old_status,
            new_status=None if kept.deleted_at else kept.status,
            record_count=record_count,
            by=kept.status_by,
        )
    )


def _slice_with(before: Slice, bucket: Bucket) -> Slice:
    if bucket.live:
        newest = None if before.newest and before.newest.id == bucket.id else before.newest
        return replace(before, live=bucket, newest=newest)
    live = None if before.live and before.live.id == bucket.id else before.live
    return replace(before, live=live, newest=bucket)
