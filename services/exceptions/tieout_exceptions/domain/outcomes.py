"""The outcomes that matter here, read from their messages into what the projection needs."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec import Struct

from tieout_contracts.outcomes import EntryOverdue, MatchKind, MatchRevoked
from tieout_exceptions.domain.entries import OverdueEntry, overdue_entry

# The CloudEvents types; every other type only counts in the numbering.
OVERDUE, ACCEPTED, REVOKED = b"entry.overdue", b"match.accepted", b"match.revoked"
# Types after which there may be something to forget.
STORING = frozenset({OVERDUE, REVOKED})


class Member(Struct, frozen=True):
    record_id: int


class Accepted(Struct, frozen=True, kw_only=True):
    """The part of `match.accepted` that matters here: nothing of the members but their ids."""

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    match_id: int
    kind: MatchKind
    operation_id: int | None = None
    members: list[Member]


@dataclass(frozen=True, kw_only=True, slots=True)
class Overdue:
    seq: int
    at: datetime
    entry: OverdueEntry


@dataclass(frozen=True, kw_only=True, slots=True)
class Revoked:
    """`entries` are the members that had been overdue: they are so again."""

    seq: int
    at: datetime
    match_id: int
    entries: tuple[OverdueEntry, ...]


Applicable = Overdue | Accepted | Revoked

_overdue = msgspec.json.Decoder(EntryOverdue).decode
_accepted = msgspec.json.Decoder(Accepted).decode
_revoked = msgspec.json.Decoder(MatchRevoked).decode


class OutcomeMismatchError(ValueError):
    """The message is not the one its headers announce; it becomes a dead letter."""


def read_outcome(
    kind: bytes, value: bytes, *, organization_id: int, reconciliation_id: int, seq: int
) -> Applicable | None:
    """Read the outcome that the headers announce; None for a type without effect here.

    Raises msgspec.MsgspecError, ValueError, or OutcomeMismatchError when the value has another
    identity than the headers.
    """
    message: EntryOverdue | Accepted | MatchRevoked
    if kind == OVERDUE:
        message = _overdue(value)
    elif kind == ACCEPTED:
        message = _accepted(value)
    elif kind == REVOKED:
        message = _revoked(value)
    else:
        return None
    found = (message.organization_id, message.reconciliation_id, message.seq)
    if found != (organization_id, reconciliation_id, seq):
        raise OutcomeMismatchError(f"the headers announce another outcome than {found}")
    return _applicable(message)


def _applicable(message: EntryOverdue | Accepted | MatchRevoked) -> Applicable:
    if isinstance(message, EntryOverdue):
        seq = message.entry.overdue_seq or message.seq
        return Overdue(
            seq=message.seq, at=message.at, entry=overdue_entry(message.entry, overdue_seq=seq)
        )
    if isinstance(message, MatchRevoked):
        entries = tuple(
            overdue_entry(view, overdue_seq=view.overdue_seq)
            for view in message.members
            if view.overdue_seq is not None
        )
        return Revoked(seq=message.seq, at=message.at, match_id=message.match_id, entries=entries)
    return message


def record_ids_of(outcome: Applicable) -> list[int]:
    """Which records the outcome is about."""
    if isinstance(outcome, Overdue):
        return [outcome.entry.record_id]
    if isinstance(outcome, Revoked):
        return [entry.record_id for entry in outcome.entries]
    return [member.record_id for member in outcome.members]


def entries_of(outcome: Applicable) -> tuple[OverdueEntry, ...]:
    """Which entries become overdue by the outcome."""
    if isinstance(outcome, Overdue):
        return (outcome.entry,)
    return outcome.entries if isinstance(outcome, Revoked) else ()
