from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

import pytest

from tieout_contracts.exception_events import BucketStatus
from tieout_exceptions.domain.buckets import (
    LIVE,
    Bucket,
    Slice,
    deleted,
    make_bucket,
    sweeper_step,
    with_status,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
STATUSES: tuple[BucketStatus, ...] = get_args(BucketStatus)


def a_bucket(status: BucketStatus = "open", **changes: object) -> Bucket:
    made = make_bucket(
        bucket_id=1, stream_id=11, status=status, by="sweeper", at=AT, applied_seq=10
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize(
    ("shown", "status", "made_by"),
    list(product([0, 1, 3], sorted(LIVE), ["sweeper", "person"])),
)
def test_a_live_bucket_is_resolved_only_when_empty_and_the_sweepers(
    shown: int, status: BucketStatus, made_by: str
) -> None:
    now = Slice(shown=shown, latest_seq=99, live=a_bucket(status, made_by=made_by))

    step = sweeper_step(now)

    assert step == ("resolve" if shown == 0 and made_by == "sweeper" else "nothing")


@pytest.mark.parametrize(
    ("status", "by", "is_deleted", "latest_seq", "step"),
    [
        ("resolved", "sweeper", False, 10, "reopen"),
        ("resolved", "sweeper", False, 11, "reopen"),
        ("resolved", "person", False, 10, "nothing"),
        ("resolved", "person", False, 11, "reopen"),
        ("dismissed", "sweeper", False, 11, "create"),
        ("dismissed", "person", False, 10, "create"),
        ("dismissed", "person", False, 11, "create"),
        ("resolved", "sweeper", True, 10, "create"),
        ("resolved", "person", True, 10, "create"),
        ("dismissed", "person", True, 10, "create"),
        ("open", "person", True, 10, "create"),
        ("investigating", "person", True, 10, "create"),
    ],
)
def test_without_a_live_bucket_the_newest_decides(
    status: BucketStatus, by: str, is_deleted: bool, latest_seq: int, step: str
) -> None:
    newest = a_bucket(status, status_by=by, closed_seq=10)
    if is_deleted:
        newest = deleted(newest, at=LATER)

    assert sweeper_step(Slice(shown=1, latest_seq=latest_seq, newest=newest)) == step
    assert sweeper_step(Slice(shown=0, latest_seq=latest_seq, newest=newest)) == "nothing"


def test_the_first_bucket_of_a_slice_is_made() -> None:
    assert sweeper_step(Slice(shown=1, latest_seq=4)) == "create"
    assert sweeper_step(Slice()) == "nothing"


def test_what_a_dismissed_bucket_covers_is_not_shown() -> None:
    covered = Slice(covered_until=10)

    assert covered.added(10) == covered
    assert covered.added(11).shown == 1
    assert covered.added(11).latest_seq == 11
    assert covered.added(11).removed(11).shown == 0
    assert covered.added(11).removed(10).shown == 1


@pytest.mark.parametrize(("old", "new"), list(product(STATUSES, STATUSES)))
def test_every_move_sets_the_times_it_should(old: BucketStatus, new: BucketStatus) -> None:
    bucket = a_bucket(old)

    moved = with_status(bucket, new, by="person", at=LATER, applied_seq=20)

    if old == new:
        assert moved is bucket
        return
    assert moved.version == bucket.version + 1
    assert (moved.status, moved.status_by, moved.updated_at) == (new, "person", LATER)
    if new not in LIVE:
        assert (moved.closed_at, moved.closed_seq) == (LATER, 20)
        assert moved.opened_at == bucket.opened_at
    elif old in LIVE:
        assert (moved.opened_at, moved.closed_at) == (AT, None)
    else:
        assert (moved.opened_at, moved.closed_at, moved.closed_seq) == (LATER, None, None)


@pytest.mark.parametrize("status", STATUSES)
def test_a_bucket_made_closed_was_never_opened(status: BucketStatus) -> None:
    made = a_bucket(status)

    live = status in LIVE
    assert (made.opened_at, made.closed_at) == ((AT, None) if live else (None, AT))
    assert made.closed_seq == (None if live else 10)
    assert made.live is live
