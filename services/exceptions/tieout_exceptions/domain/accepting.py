"""A match takes its members, whole or in part: what becomes of their entries and breaks."""

from collections.abc import Collection
from dataclasses import replace

from tieout_exceptions.domain.breaks import Break, Resolution, reopened, resolved
from tieout_exceptions.domain.causes import without_ambiguity, without_mismatch
from tieout_exceptions.domain.operations import Done, settle
from tieout_exceptions.domain.outcomes import Accepted
from tieout_exceptions.domain.picture import Picture
from tieout_exceptions.domain.reviewing import end_mismatches_with, review


def accept(picture: Picture, outcome: Accepted) -> set[int]:
    """Forget the members that were overdue and resolve their breaks; returns touched streams.

    A member of which something is left stays, with the rest as its amount. Only the break that was
    force-matched says so; those of its counterparts resolve by themselves.
    """
    _complete_operation(picture, outcome)
    members = {member.record_id for member in outcome.members}
    touched = set()
    for member in outcome.members:
        picture.take_suggestion(member.record_id)
        entry = picture.take_entry(member.record_id)
        left = int(member.left_minor or 0)
        if entry is not None:
            touched.add(entry.stream_id)
            if left:
                picture.put_entry(entry.left(left))
        current = picture.breaks.get(member.record_id)
        if current is not None:
            _see_to(picture, current, outcome, left=left, members=members)
        if not left:
            end_mismatches_with(picture, member.record_id, at=outcome.at, beside=members)
    return touched


def _see_to(
    picture: Picture, current: Break, outcome: Accepted, *, left: int, members: Collection[int]
) -> None:
    """Decide about the break of a member of which so much is left."""
    late = picture.entries.get(current.record_id)
    together = current.mismatch_with in members
    if left and (late is not None or (current.status != "RESOLVED" and not together)):
        _stay(picture, current, outcome, left=left, together=together)
    elif current.status != "RESOLVED":
        resolution = Resolution(match_id=outcome.match_id, seq=outcome.seq)
        picture.put_break(resolved(current, resolution, at=outcome.at), at=outcome.at)
    elif current.match_id == outcome.match_id and current.resolved_seq is None:
        picture.note_break(replace(current, resolved_seq=outcome.seq))


def _stay(
    picture: Picture, current: Break, outcome: Accepted, *, left: int, together: bool
) -> None:
    """Keep the break of a member in part; what a command resolved is open again for the rest."""
    if current.waits_for_outcome(other_than=outcome.match_id):
        return
    if current.status == "RESOLVED":
        current = reopened(current, at=outcome.at)
    current = without_ambiguity(replace(current, amount_minor=left))
    review(picture, without_mismatch(current) if together else current, at=outcome.at)


def _complete_operation(picture: Picture, outcome: Accepted) -> None:
    operation = picture.operations.get(outcome.operation_id or 0)
    current = picture.breaks.get(operation.record_id) if operation else None
    if operation is None or current is None:
        return
    settled = settle(operation, current, Done(match_id=outcome.match_id), at=outcome.at)
    if settled is not None:
        picture.put_settlement(settled, at=outcome.at)
