"""Breaks inside a picture: each is looked at again when something it depends on changed."""

from collections.abc import Collection
from datetime import datetime

from tieout_exceptions.domain.breaks import Break, reopened
from tieout_exceptions.domain.causes import (
    explained,
    open_break,
    with_entry,
    without_ambiguity,
    without_mismatch,
)
from tieout_exceptions.domain.entries import OpenEntry
from tieout_exceptions.domain.picture import Picture
from tieout_exceptions.domain.severity import SeverityScale


def present_break(
    picture: Picture,
    entry: OpenEntry,
    scale: SeverityScale,
    *,
    at: datetime,
    revoked: int | None = None,
) -> Break | None:
    """Return the unresolved break of an entry that is late or wrong: opened, or open again.

    `revoked` is the match that held the entry until now. None when another match resolved it whose
    outcome was not applied: a command made that one, its answer came first, and it will take the
    entry.
    """
    current = picture.breaks.get(entry.record_id)
    if current is None:
        return open_break(
            entry,
            break_id=picture.next_break_id(),
            reconciliation_id=picture.reconciliation_id,
            at=at,
            scale=scale,
        )
    if current.waits_for_outcome(other_than=revoked):
        return None
    if current.status == "RESOLVED":
        current = without_ambiguity(reopened(current, at=at))
    return with_entry(current, entry)


def review(picture: Picture, current: Break, *, at: datetime) -> None:
    """Keep an unresolved break as all that is known of its entry makes it."""
    made = explained(
        current,
        entry=picture.entries.get(current.record_id),
        suggestion=picture.suggestions.get(current.record_id),
        at=at,
        seq=picture.applied_seq,
    )
    picture.put_break(made, at=at)


def end_mismatches_with(
    picture: Picture, record_id: int, *, at: datetime, beside: Collection[int] = ()
) -> None:
    """Forget that others differ from a record that changed, or is matched or gone.

    `beside` are records that the same match holds: their breaks are seen to as its members.
    """
    for mismatched in sorted(picture.mismatched.get(record_id, ())):
        if mismatched not in beside:
            end_mismatch(picture, mismatched, other=record_id, at=at)


def end_mismatch(picture: Picture, record_id: int, *, other: int, at: datetime) -> None:
    """Forget that a record differs from `other`, if that is what its unresolved break says."""
    current = picture.unresolved(record_id)
    if current is not None and current.mismatch_with == other:
        review(picture, without_mismatch(current), at=at)
