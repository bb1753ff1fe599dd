"""Entries of streams that left a reconciliation, and of streams that came back to it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from msgspec import structs

from tieout_contracts.outcomes import Outcome
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.outcome import Place, changed, withdrawn
from tieout_matcher.domain.stream_changes import LEFT
from tieout_matcher.store import reconciliation_changes
from tieout_matcher.store.reconciliation_lock import Locked, Moved, message_of
from tieout_runtime.outbox import Message
from tieout_runtime.postgres import Connection


async def leave(
    connection: Connection,
    locked: Locked,
    entries: Sequence[Entry],
    before: Moved,
    *,
    at: datetime,
) -> tuple[list[Entry], Moved]:
    """Withdraw those of entries, none of them open any more, whose stream has left.

    What a match had left of one was withdrawn before; what the match gives back is told as well.
    Returns the others, and what moved by then.
    """
    leaving = [one for one in entries if one.stream_id in locked.left_streams]
    if not leaving:
        return list(entries), before
    records = [one.record_id for one in leaving]
    ended = await reconciliation_changes.withdraw(connection, locked, records, at=at)
    place = _place_of(locked, at)
    told = [withdrawn(place, entry=one, reason=LEFT) for one in leaving]
    moved = replace(
        before,
        messages=[*before.messages, *_numbered(told, after=locked.seq + len(before.messages))],
        ended=before.ended + len(ended),
        overdue=before.overdue - overdue_among(leaving),
    )
    return [one for one in entries if one.stream_id not in locked.left_streams], moved


def returned(locked: Locked, entries: Sequence[Entry], *, at: datetime) -> Moved:
    """Tell that entries may be matched again whose stream came back."""
    place = _place_of(locked, at)
    return Moved(
        locked=locked,
        messages=_numbered([changed(place, entry=one) for one in entries], after=locked.seq),
        ended=-len(entries),
    )


def overdue_among(entries: Iterable[Entry]) -> int:
    """Count those that were said to be overdue."""
    return sum(1 for one in entries if one.overdue_seq is not None)


def _numbered(told: Iterable[Outcome], *, after: int) -> list[Message]:
    return [
        message_of(structs.replace(one, seq=seq)) for seq, one in enumerate(told, start=after + 1)
    ]


def _place_of(locked: Locked, at: datetime) -> Place:
    organization_id, reconciliation_id = locked.key
    return Place(organization_id=organization_id, reconciliation_id=reconciliation_id, at=at)
