"""The outcomes that matter here, read from their messages into what the projection needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from tieout_contracts.outcomes import (
    Doubt,
    EntryChanged,
    EntryOverdue,
    EntryReopened,
    MatchKind,
    MatchRevoked,
    MismatchFound,
    ReasonCode,
)
from tieout_exceptions.domain.entries import OpenEntry, OverdueEntry, open_entry, overdue_entry
from tieout_exceptions.domain.reasons import Reason, unmatched


class Member(Struct, frozen=True):
    """`left_minor` is what stays open of it, None when nothing does."""

    record_id: int
    left_minor: Annotated[str, Meta(pattern=r"^[0-9]{1,38}$")] | None = None


class Message(Struct, frozen=True, kw_only=True):
    """A part of an outcome: nothing is decoded but what matters here."""

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime


class Accepted(Message, frozen=True, kw_only=True):
    match_id: int
    kind: MatchKind
    operation_id: int | None = None
    members: list[Member]


class Suggested(Message, frozen=True, kw_only=True):
    match_id: int
    doubt: Doubt
    others: list[int] = []
    members: list[Member]

    @property
    def candidates(self) -> int | None:
        """How many matches fit equally well; None when ambiguity is not the doubt."""
        return 1 + len(self.others) if self.doubt == "ambiguous" else None


class Rejected(Message, frozen=True, kw_only=True):
    match_id: int
    members: list[Member]


class Found(Message, frozen=True, kw_only=True):
    reason_code: ReasonCode
    reason: str
    entry: Member

    @property
    def told(self) -> Reason | None:
        """None when nothing more is known than that no counterpart came."""
        if self.reason_code == "UNMATCHED_OVERDUE":
            return None
        return Reason(code=self.reason_code, text=self.reason)


class MismatchOver(Message, frozen=True, kw_only=True):
    other_record_id: int
    entry: Member


class Withdrawn(Message, frozen=True, kw_only=True):
    """The entry is no more to be matched: its record is gone, or a person closed it."""

    entry: Member


@dataclass(frozen=True, kw_only=True, slots=True)
class Overdue:
    """`told` is None when nothing is known but that no counterpart came."""

    seq: int
    at: datetime
    entry: OverdueEntry
    told: Reason | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Revoked:
    """`entries` are the members: those that had been overdue are so again."""

    seq: int
    at: datetime
    match_id: int
    entries: tuple[OpenEntry, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mismatched:
    seq: int
    at: datetime
    entry: OpenEntry
    other_record_id: int
    mismatch: Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """`is_open` is False of an entry that a match still holds, or that needs none."""

    seq: int
    at: datetime
    entry: OpenEntry
    is_open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Reopened:
    """A person opened an entry again that was closed."""

    seq: int
    at: datetime
    entry: OpenEntry


Applicable = (
    Accepted
    | Overdue
    | Revoked
    | Suggested
    | Rejected
    | Mismatched
    | MismatchOver
    | Found
    | Changed
    | Withdrawn
    | Reopened
)


class OutcomeMismatchError(ValueError):
    """The message is not the one its headers announce; it becomes a dead letter."""


def read_outcome(
    kind: bytes, value: bytes, *, organization_id: int, reconciliation_id: int, seq: int
) -> Applicable | None:
    """Read the outcome that the headers announce; None for a type without effect here.

    Raises msgspec.MsgspecError, ValueError, or OutcomeMismatchError when the value has another
    identity than the headers.
    """
    reader = _READERS.get(kind)
    if reader is None:
        return None
    message = reader.decode(value)
    found = (message.organization_id, message.reconciliation_id, message.seq)
    if found != (organization_id, reconciliation_id, seq):
        raise OutcomeMismatchError(f"the headers announce another outcome than {found}")
    return reader.applicable(message)


def record_ids_of(outcome: Applicable) -> list[int]:
    """Which records the outcome is about."""
    if isinstance(outcome, Accepted | Suggested | Rejected):
        return [member.record_id for member in outcome.members]
    if isinstance(outcome, Revoked):
        return [entry.record_id for entry in outcome.entries]
    return [outcome.entry.record_id]


def entries_of(outcome: Applicable) -> tuple[OpenEntry, ...]:
    """Which entries may have a break by the outcome that they had not before."""
    if isinstance(outcome, Overdue | Mismatched | Changed | Reopened):
        return (outcome.entry,)
    return outcome.entries if isinstance(outcome, Revoked) else ()


def _overdue(message: EntryOverdue) -> Overdue:
    seq = message.entry.overdue_seq or message.seq
    entry = overdue_entry(message.entry, overdue_seq=seq)
    told = None
    if message.reason is not None or message.reason_code != "UNMATCHED_OVERDUE":
        told = Reason(code=message.reason_code, text=message.reason or unmatched(entry))
    return Overdue(seq=message.seq, at=message.at, entry=entry, told=told)


def _revoked(message: MatchRevoked) -> Revoked:
    entries = tuple(open_entry(view) for view in message.members)
    return Revoked(seq=message.seq, at=message.at, match_id=message.match_id, entries=entries)


def _mismatched(message: MismatchFound) -> Mismatched:
    return Mismatched(
        seq=message.seq,
        at=message.at,
        entry=open_entry(message.entry),
        other_record_id=message.other.record_id,
        mismatch=Reason(code=message.reason_code, text=message.reason),
    )


def _changed(message: EntryChanged) -> Changed:
    is_open = message.match_id is None and message.ended is None
    entry = open_entry(message.entry)
    return Changed(seq=message.seq, at=message.at, entry=entry, is_open=is_open)


def _reopened(message: EntryReopened) -> Reopened:
    return Reopened(seq=message.seq, at=message.at, entry=open_entry(message.entry))


def _as_it_is(message: Any) -> Any:
    return message


@dataclass(frozen=True, slots=True)
class _Reader:
    decode: Callable[[bytes], Any]
    applicable: Callable[[Any], Applicable] = _as_it_is


def _decoder(model: type) -> Callable[[bytes], Any]:
    return msgspec.json.Decoder(model).decode


# By CloudEvents type; every type not named here only counts in the numbering.
_READERS: Mapping[bytes, _Reader] = {
    b"match.accepted": _Reader(_decoder(Accepted)),
    b"entry.overdue": _Reader(_decoder(EntryOverdue), _overdue),
    b"match.revoked": _Reader(_decoder(MatchRevoked), _revoked),
    b"match.suggested": _Reader(_decoder(Suggested)),
    b"match.rejected": _Reader(_decoder(Rejected)),
    b"mismatch.found": _Reader(_decoder(MismatchFound), _mismatched),
    b"mismatch.ended": _Reader(_decoder(MismatchOver)),
    b"reason.found": _Reader(_decoder(Found)),
    b"entry.changed": _Reader(_decoder(EntryChanged), _changed),
    b"entry.withdrawn": _Reader(_decoder(Withdrawn)),
    b"entry.closed": _Reader(_decoder(Withdrawn)),
    b"entry.reopened": _Reader(_decoder(EntryReopened), _reopened),
}
# After these there may be something to change later: each is read wherever it comes.
STORING = frozenset(
    {b"entry.overdue", b"match.revoked", b"match.suggested", b"mismatch.found", b"entry.reopened"}
)
