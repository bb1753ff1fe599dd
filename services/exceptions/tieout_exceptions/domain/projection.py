"""Outcomes applied to a picture, one after the other, in the order of their numbers.

Each outcome is applied whole, buckets included, before the next: so the result depends on the log
alone, not on how it was cut into batches.
"""

from datetime import datetime

from tieout_exceptions.domain.breaks import Resolution, open_break, refresh, reopened, resolved
from tieout_exceptions.domain.entries import OverdueEntry
from tieout_exceptions.domain.operations import Done, settle
from tieout_exceptions.domain.outcomes import Accepted, Applicable, Overdue
from tieout_exceptions.domain.picture import Picture
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.domain.slices import sweep_slice


def apply_outcome(picture: Picture, outcome: Applicable, scale: SeverityScale) -> None:
    """Apply one outcome to what the picture holds."""
    picture.applied_seq = outcome.seq
    if isinstance(outcome, Accepted):
        touched = _accept(picture, outcome)
    elif isinstance(outcome, Overdue):
        touched = {_overdue(picture, outcome.entry, scale, at=outcome.at, revoked=None)}
    else:
        touched = {
            _overdue(picture, entry, scale, at=outcome.at, revoked=outcome.match_id)
            for entry in outcome.entries
        }
    for stream_id in sorted(touched):
        sweep_slice(picture, stream_id, at=outcome.at)


def _overdue(
    picture: Picture,
    entry: OverdueEntry,
    scale: SeverityScale,
    *,
    at: datetime,
    revoked: int | None,
) -> int:
    """Keep the entry and see to its break; returns its stream.

    `revoked` is the match that held the entry until now. A break resolved by yet another match is
    left: that one was made by a command whose answer came first, and its outcome is on the way.
    """
    picture.put_entry(entry)
    current = picture.breaks.get(entry.record_id)
    if current is None:
        new = open_break(
            entry,
            break_id=picture.next_break_id(),
            reconciliation_id=picture.reconciliation_id,
            at=at,
            scale=scale,
        )
        picture.put_break(new, at=at)
    elif current.status != "RESOLVED":
        picture.put_break(refresh(current, entry), at=at)
    elif revoked in (None, current.match_id):
        picture.put_break(refresh(reopened(current, at=at), entry), at=at)
    return entry.stream_id


def _accept(picture: Picture, outcome: Accepted) -> set[int]:
    """Forget the members that were overdue; resolve their breaks by this match.

    Only the break that was force-matched says so; those of its counterparts resolve by themselves.
    """
    _complete_operation(picture, outcome)
    resolution = Resolution(match_id=outcome.match_id, type=None)
    touched = set()
    for member in outcome.members:
        entry = picture.take_entry(member.record_id)
        if entry is None:
            continue
        touched.add(entry.stream_id)
        current = picture.breaks.get(member.record_id)
        if current is not None and current.status != "RESOLVED":
            picture.put_break(resolved(current, resolution, at=outcome.at), at=outcome.at)
    return touched


def _complete_operation(picture: Picture, outcome: Accepted) -> None:
    operation = picture.operations.get(outcome.operation_id or 0)
    current = picture.breaks.get(operation.record_id) if operation else None
    if operation is None or current is None:
        return
    settled = settle(operation, current, Done(match_id=outcome.match_id), at=outcome.at)
    if settled is not None:
        picture.put_settlement(settled, at=outcome.at)
