"""What callers are told of: which outcome is which public event, and what is in it.

End Close's two types (`record.reconciled`, `record.reconciliation_overdue`) have its names; ours
follow the pattern `<thing>.<what became of it>`, a thing being what a route calls it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from tieout_contracts.exception_events import (
    BreakChanged,
    BreakResolutionRefused,
    BucketChanged,
    CaseChanged,
)
from tieout_contracts.outcomes import (
    EntryChanged,
    EntryClosed,
    EntryOverdue,
    EntryReopened,
    EntryUnmatched,
    EntryView,
    EntryWithdrawn,
    MatchAccepted,
    MatchRejected,
    MatchRevoked,
    MatchSuggested,
)
from tieout_contracts.topics import EXCEPTIONS, MATCHES

PUBLIC_TYPES: Mapping[str, str] = {
    "record.unmatched": "a record came and has no counterpart yet",
    "record.reconciled": "an accepted match takes the whole record",
    "record.reconciliation_overdue": "a record has no counterpart, past the time it was due",
    "record.changed": "a later version of a record took the place of the one before",
    "record.withdrawn": "a record is no more, or its stream left the reconciliation",
    "record.closed": "a person decided that a record needs no counterpart",
    "record.reopened": "a record that was closed is open again",
    "match.suggested": "a match waits for a person's decision",
    "match.accepted": "a match was made, or a suggested one accepted",
    "match.rejected": "a suggested match is none any more",
    "match.revoked": "an accepted match was taken back; its records are open again",
    "exception.opened": "a record is late or wrong",
    "exception.changed": "its status, reason, suggestion, assignee or external issue is another",
    "exception.dispatched": "a person dispatched it to an external system",
    "exception.resolved": "it was resolved, by a person or by itself",
    "exception.reopened": "its cause is back",
    "exception.resolution_refused": "a resolution under way could not be carried out",
    "reconciliation_exception.opened": "a data stream has overdue records in a reconciliation",
    "reconciliation_exception.changed": "it is investigated, or is not any more",
    "reconciliation_exception.resolved": "it was resolved, by a person or because nothing is late",
    "reconciliation_exception.dismissed": "a person dismissed it",
    "reconciliation_exception.reopened": "it was resolved or dismissed and is open again",
    "reconciliation_exception.deleted": "a person deleted it",
    "reconciliation_case.opened": "a payment intent has a case",
    "reconciliation_case.changed": "how far its payment intent is reconciled has changed",
    "reconciliation_case.resolved": "a case was resolved, by a person or by itself",
    "reconciliation_case.archived": "a person archived it",
    "reconciliation_case.reopened": "a case was resolved or archived and is open again",
}
# What stays inside: callers are told of it otherwise.
NOT_PUBLIC: Mapping[str, str] = {
    "mismatch.found": "exception.opened or exception.changed says so",
    "mismatch.ended": "exception.resolved or exception.changed says so",
    "reason.found": "exception.changed says so",
}
_SETTLING = frozenset({"record.closed", "record.withdrawn"})
_ENDED = frozenset({"RESOLVED", "resolved", "dismissed", "archived"})


@dataclass(frozen=True, kw_only=True)
class PublicEvent:
    """One thing to be told; `told` is what its owner said of it, in the owner's words.

    `id` is the same however often the outcome is delivered, and no other event has it.
    """

    id: str
    type: str
    organization_id: int
    reconciliation_id: int
    at: datetime
    told: Mapping[str, Any]

    @property
    def stream_ids(self) -> frozenset[int]:
        """The streams that it names by their numbers."""
        named = (self.told, *self.told.get("matched", ()))
        return frozenset(one["stream_id"] for one in named if "stream_id" in one)


Telling = tuple[str, str, Mapping[str, Any]]  # public type, what follows its id, what is told


def public_events_of(ce_type: str, value: bytes) -> list[PublicEvent]:
    """Read a message of `matches.v1` or `exceptions.v1`; raises msgspec.MsgspecError.

    A type that is not public, or that is not known yet, gives none.
    """
    known = _TELLERS.get(ce_type)
    if known is None:
        return []
    topic, model, tell = known
    event = msgspec.json.decode(value, type=model)
    number = f"{topic}:{event.reconciliation_id}:{event.seq}"
    return [
        PublicEvent(
            id=number + suffix,
            type=public_type,
            organization_id=event.organization_id,
            reconciliation_id=event.reconciliation_id,
            at=event.at,
            told=told,
        )
        for public_type, suffix, told in tell(event)
    ]


def transition(old: str | None, new: str | None) -> str:
    """Name what became of a thing whose status was `old` (None: there was none) and is `new`."""
    if new is None:
        return "deleted"
    if new in _ENDED:
        return "changed" if old == new else new.lower()
    if old is None:
        return "opened"
    return "reopened" if old in _ENDED else "changed"


def _record(entry: EntryView, **more: Any) -> dict[str, Any]:
    """Tell of a record; the members of `more` that are None are left out."""
    return {
        "record_id": entry.record_id,
        "version": entry.version,
        "stream_id": entry.stream_id,
        "side": entry.side,
        "overdue_at": entry.overdue_at,
        "fields": msgspec.json.decode(entry.fields),
        **{name: value for name, value in more.items() if value is not None},
    }


def _match(
    event: MatchAccepted | MatchSuggested | MatchRejected | MatchRevoked, status: str
) -> Telling:
    plain = {
        name: value
        for name in event.__struct_fields__
        if name not in {"members", "adjustments", "others"}
        and (value := getattr(event, name)) is not None
    }
    told = plain | {
        "status": status,
        "record_ids": [one.record_id for one in event.members],
        "others": list(getattr(event, "others", ())),
        "adjustments": [msgspec.to_builtins(one) for one in getattr(event, "adjustments", ())],
    }
    return f"match.{status}", "", told


def _accepted(event: MatchAccepted) -> Iterable[Telling]:
    yield _match(event, "accepted")
    for member in event.members:
        if member.left_minor is None:
            others = [_record(one) for one in event.members if one.side != member.side]
            told = _record(member, match_id=event.match_id, matched=others, settled=True)
            yield "record.reconciled", f":{member.record_id}", told


def _entry(public_type: str) -> Callable[[Any], Iterable[Telling]]:
    """Tell of an entry with what its outcome says beside it."""

    def tell(event: Any) -> Iterable[Telling]:
        names = ("match_id", "ended", "reason_code", "reason", "note")
        more = {name: getattr(event, name, None) for name in names}
        settled = public_type in _SETTLING or bool(more["match_id"] or more["ended"])
        yield public_type, "", _record(event.entry, **more, settled=settled)

    return tell


def _status_of(status: str) -> Callable[[Any], Iterable[Telling]]:
    return lambda event: (_match(event, status),)


def _break(event: BreakChanged) -> Iterable[Telling]:
    """Tell of a break by its transition, or as dispatched."""
    verb = "dispatched" if event.dispatched else transition(event.old_status, event.new_status)
    yield f"exception.{verb}", "", msgspec.structs.asdict(event)


def _changed(thing: str) -> Callable[[Any], Iterable[Telling]]:
    """Tell of a bucket or case by its transition."""

    def tell(event: Any) -> Iterable[Telling]:
        verb = transition(event.old_status, event.new_status)
        yield f"{thing}.{verb}", "", msgspec.structs.asdict(event)

    return tell


def _refused(event: BreakResolutionRefused) -> Iterable[Telling]:
    yield "exception.resolution_refused", "", msgspec.structs.asdict(event)


_THINGS = {
    "entry": frozenset({"record"}),
    "match": frozenset({"match", "record"}),
    "break": frozenset({"exception"}),
    "bucket": frozenset({"reconciliation_exception"}),
    "case": frozenset({"reconciliation_case"}),
}
_M, _E = MATCHES.suffix.partition(".")[0], EXCEPTIONS.suffix.partition(".")[0]
# ce_type → where it stands, its model, what is told of it.
_TELLERS: Mapping[str, tuple[str, Any, Callable[[Any], Iterable[Telling]]]] = {
    "entry.unmatched": (_M, EntryUnmatched, _entry("record.unmatched")),
    "entry.overdue": (_M, EntryOverdue, _entry("record.reconciliation_overdue")),
    "entry.changed": (_M, EntryChanged, _entry("record.changed")),
    "entry.withdrawn": (_M, EntryWithdrawn, _entry("record.withdrawn")),
    "entry.closed": (_M, EntryClosed, _entry("record.closed")),
    "entry.reopened": (_M, EntryReopened, _entry("record.reopened")),
    "match.suggested": (_M, MatchSuggested, _status_of("suggested")),
    "match.accepted": (_M, MatchAccepted, _accepted),
    "match.rejected": (_M, MatchRejected, _status_of("rejected")),
    "match.revoked": (_M, MatchRevoked, _status_of("revoked")),
    "break.changed": (_E, BreakChanged, _break),
    "break.resolution_refused": (_E, BreakResolutionRefused, _refused),
    "bucket.changed": (_E, BucketChanged, _changed("reconciliation_exception")),
    "case.changed": (_E, CaseChanged, _changed("reconciliation_case")),
}
PUBLISHED = frozenset(_TELLERS)  # ce_types of which callers are told
# ce_type → the things that a message of it can tell of, known without reading it.
THINGS: Mapping[str, frozenset[str]] = {
    ce_type: _THINGS[ce_type.partition(".")[0]] for ce_type in PUBLISHED
}
