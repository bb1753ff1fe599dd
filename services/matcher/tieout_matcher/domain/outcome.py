"""Outcomes as events: numbered, encoded once, with the business fields of their records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import msgspec

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
    Outcome,
    ReasonCode,
)
from tieout_matcher.domain.decide import Entry, Pair
from tieout_matcher.domain.rule import Rule

encode_outcome = msgspec.json.Encoder().encode
UNNUMBERED = 0  # the number is taken when all that a change tells is known
_TYPES = {one: str(one.__struct_config__.tag) for one in get_args(Outcome)}


@dataclass(frozen=True, kw_only=True)
class Place:
    """The reconciliation that outcomes belong to, and when the matcher decided them."""

    organization_id: int
    reconciliation_id: int
    at: datetime


def type_of(outcome: Outcome) -> str:
    """Return the ce_type of an outcome."""
    return _TYPES[type(outcome)]


def view_of(entry: Entry) -> EntryView:
    return EntryView(
        record_id=entry.record_id,
        version=entry.version,
        stream_id=entry.stream_id,
        side=entry.side,
        overdue_at=entry.overdue_at,
        overdue_seq=entry.overdue_seq,
        left_minor=entry.left_minor,
        fields=msgspec.Raw(entry.fields),
    )


def unmatched(place: Place, *, seq: int, entry: Entry) -> EntryUnmatched:
    return EntryUnmatched(
        organization_id=place.organization_id,
        reconciliation_id=place.reconciliation_id,
        seq=seq,
        at=place.at,
        entry=view_of(entry),
    )


def overdue(
    place: Place, *, seq: int, entry: Entry, reason_code: ReasonCode, reason: str | None
) -> EntryOverdue:
    return EntryOverdue(
        reason_code=reason_code,
        reason=reason,
        organization_id=place.organization_id,
        reconciliation_id=place.reconciliation_id,
        seq=seq,
        at=place.at,
        entry=view_of(entry),
    )


def accepted(place: Place, *, seq: int, match_id: int, pair: Pair, rule: Rule) -> MatchAccepted:
    return MatchAccepted(
        organization_id=place.organization_id,
        reconciliation_id=place.reconciliation_id,
        seq=seq,
        at=place.at,
        match_id=match_id,
        kind="exact",
        rule_id=rule.rule_id,
        rule_version=rule.version,
        members=[view_of(entry) for entry in pair.members],
    )


def changed(
    place: Place,
    *,
    entry: Entry,
    match_id: int | None = None,
    ended: Literal["closed", "ignored"] | None = None,
) -> EntryChanged:
    return EntryChanged(
        organization_id=place.organization_id,
        reconciliation_id=place.reconciliation_id,
        seq=UNNUMBERED,
        at=place.at,
        match_id=match_id,
        ended=ended,
        entry=view_of(entry),
    )


def withdrawn(place: Place, *, entry: Entry, reason: str) -> EntryWithdrawn:
    return EntryWithdrawn(
        organization_id=place.organization_id,
        reconciliation_id=place.reconciliation_id,
        seq=UNNUMBERED,
        at=place.at,
        reason=reason,
        entry=view_of(entry),
    )


def closed(
    place: Place, *, seq: int, entry: Entry, reason: str | None, note: str | None
) -> EntryClosed:
    return EntryClosed(
        organization_id=place.organization_id,
        reconciliation_id=place.reconciliation_id,
        seq=seq,
        at=place.at,
        reason=reason,
        note=note,
        entry=view_of(entry),
    )


def reopened(place: Place, *, seq: int, entry: Entry) -> EntryReopened:
    return EntryReopened(
        organization_id=place.organization_id,
        reconciliation_id=place.reconciliation_id,
        seq=seq,
        at=place.at,
        entry=view_of(entry),
    )


def suggestion_dropped(
    place: Place, match_id: int, members: Sequence[Entry], *, reason: str
) -> MatchRejected:
    return MatchRejected(
        organization_id=place.organization_id,
        reconciliation_id=place.reconciliation_id,
        seq=UNNUMBERED,
        at=place.at,
        match_id=match_id,
        reason=reason,
        members=[view_of(entry) for entry in members],
    )
