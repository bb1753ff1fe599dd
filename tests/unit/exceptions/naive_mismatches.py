"""Which mismatches are in force after a log, judged from the log alone: a second opinion."""

from collections.abc import Sequence

from tieout_contracts.outcomes import (
    EntryChanged,
    EntryClosed,
    EntryOverdue,
    EntryWithdrawn,
    MatchAccepted,
    MatchRevoked,
    MismatchEnded,
    MismatchFound,
    Outcome,
)


def in_force(outcomes: Sequence[Outcome], record_id: int) -> int | None:
    """Return the record that this one was found to differ from, if that is still wrong."""
    other, settled_by = None, None  # settled_by: the match that ended it, until it is revoked
    for one in outcomes:
        if isinstance(one, MismatchFound) and one.entry.record_id == record_id:
            other, settled_by = one.other.record_id, None
        elif isinstance(one, MismatchEnded) and one.entry.record_id == record_id:
            if settled_by is None and one.other_record_id == other:
                other = None
        elif isinstance(one, EntryChanged | EntryWithdrawn | EntryClosed):
            if settled_by is None and one.entry.record_id in (record_id, other):
                other = None
        elif isinstance(one, EntryOverdue) and one.entry.record_id == record_id:
            other = other if settled_by is None else None
            settled_by = None
        elif isinstance(one, MatchAccepted) and settled_by is None:
            other, settled_by = _after_match(one, record_id, other)
        elif isinstance(one, MatchRevoked):
            mine = [view for view in one.members if view.record_id == record_id]
            late = bool(mine) and mine[0].overdue_seq is not None
            settled_by = None if late or one.match_id == settled_by else settled_by
    return other if settled_by is None else None


def _after_match(
    one: MatchAccepted, record_id: int, other: int | None
) -> tuple[int | None, int | None]:
    members = {view.record_id: view for view in one.members}
    mine = members.get(record_id)
    if mine is None:
        gone = other in members and members[other].left_minor is None
        return (None, None) if gone else (other, None)
    if mine.left_minor is None:
        return other, one.match_id
    if other not in members:
        return other, None
    return (other, one.match_id) if mine.overdue_seq is None else (None, None)
