"""What a later version of a record does to its entry. Pure.

What a source says now takes the place of what it said before, wherever the entry stands: the
entry says it and counts as just arrived. A suggestion that it was part of is none any more, and
a match that would no longer tie has been taken apart before; nobody blocked those pairs, so rules
may make them again.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tieout_contracts.outcomes import Outcome
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.outcome import (
    Place,
    changed,
    suggestion_dropped,
    withdrawn,
)

Ended = Literal["closed", "ignored", "withdrawn"]
DELETED = "its record was deleted"


class Standing(Struct, frozen=True, kw_only=True, gc=False):
    """An entry and where it stands: it may be matched, or the other fields say why not.

    One that a suggestion reserves is still open, and so is one that is matched in part; one of
    which a match was just taken is neither. `entry.hashes` are those it would have now.
    """

    entry: Entry
    is_open: bool
    suggested_by: int | None = None
    match_id: int | None = None
    ended: Ended | None = None

    @property
    def is_candidate(self) -> bool:
        """Whether what arrives could take it as it is."""
        keyed = any(one is not None for one in self.entry.hashes)
        return self.is_open and self.suggested_by is None and keyed

    @property
    def is_bound(self) -> bool:
        """Whether a match holds it, or a part of it."""
        return self.match_id is not None or self.entry.left_minor is not None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.entry.overdue_seq is not None


class Later(Struct, frozen=True, kw_only=True, gc=False):
    """What a record's entry says by its later version; `withdrawn`: it is no more, and `why`."""

    entry: Entry
    withdrawn: bool = False
    why: str = DELETED


class Step(Struct, frozen=True, kw_only=True):
    """What one later version does to its entry and to those it was suggested with.

    `before` and `after` name the same entries in one order, the record's own first. `told` has no
    numbers yet. `dropped` is a suggestion that is none any more, and `reason` why.
    """

    before: tuple[Standing, ...]
    after: tuple[Standing, ...]
    told: tuple[Outcome, ...]
    dropped: int | None = None
    reason: str | None = None

    @property
    def claimed(self) -> list[Entry]:
        """Whose right to be matched is taken first."""
        return [one.entry for one in self.before if one.is_open]

    @property
    def again(self) -> list[Entry]:
        """Those that count as just arrived, in entry order."""
        found = [one.entry for one in self.after if one.is_open]
        return sorted(found, key=lambda entry: entry.entry_no)


def revise(standing: Standing, others: Sequence[Standing], later: Later, *, place: Place) -> Step:
    """Work out what a later version does; `others` are in its suggestion with it.

    An entry that a match holds must still tie (`must_part`).
    """
    before = (standing, *others)
    if standing.match_id is not None:
        same = (replace(standing, entry=later.entry), *others)
        told = changed(place, entry=later.entry, match_id=standing.match_id)
        return Step(before=before, after=same, told=(told,))
    own = _own(standing, later)
    released = [replace(one, suggested_by=None) for one in others]
    deleted = later.withdrawn and later.why == DELETED
    reason = reason_of(standing.entry.record_id, withdrawn=deleted)
    return Step(
        before=before,
        after=(own, *released),
        told=(*_dropping(before, reason, place), _told_of(own, place, later.why)),
        dropped=standing.suggested_by,
        reason=reason,
    )


def must_part(standing: Standing, *, fields: bytes, withdrawn: bool) -> bool:
    """Whether what a later version says ends the matches that hold the entry or a part of it."""
    if not standing.is_bound:
        return False
    return withdrawn or _money(standing.entry.fields) != _money(fields)


def reason_of(record_id: int, *, withdrawn: bool) -> str:
    """Say why a suggestion or match of the record is none any more."""
    return f"record {record_id} {'was deleted' if withdrawn else 'has changed'}"


def _own(standing: Standing, later: Later) -> Standing:
    """Say where the entry itself stands then: closed ones stay so, others are open again."""
    ended: Ended | None = None
    if later.withdrawn:
        ended = "withdrawn"
    elif standing.ended in ("closed", "ignored"):
        ended = standing.ended
    return Standing(entry=later.entry, is_open=ended is None, ended=ended)


def _told_of(own: Standing, place: Place, why: str) -> Outcome:
    if own.ended == "withdrawn":
        return withdrawn(place, entry=own.entry, reason=why)
    return changed(place, entry=own.entry, ended=own.ended)


def _dropping(together: Sequence[Standing], reason: str, place: Place) -> list[Outcome]:
    """Tell that the suggestion of these entries is none any more."""
    match_id = together[0].suggested_by
    if match_id is None:
        return []
    members = sorted((one.entry for one in together), key=lambda one: (one.side, one.entry_no))
    return [suggestion_dropped(place, match_id, members, reason=reason)]


class _Money(Struct, frozen=True, gc=False):
    """What a match counts; amounts in other decimal places could not keep their parts."""

    amount_minor: str
    exponent: int
    currency: str
    direction: str


class _Dated(Struct, frozen=True, gc=False):
    date: date
    status: str = "posted"

    @property
    def is_pending(self) -> bool:
        return self.status == "pending"


_money = msgspec.json.Decoder(_Money).decode
_dated = msgspec.json.Decoder(_Dated).decode


def overdue_by_then(
    standing: Standing, fields: bytes, *, overdue_at: datetime, now: datetime
) -> tuple[datetime, int | None]:
    """Return when an entry with these fields is overdue, and the outcome that said so, if it stays.

    `overdue_at` is what a record arriving with them has. Another date or the booking of what was
    pending sets the time anew; else it stays, with what a person said of it.
    """
    entry = standing.entry
    if standing.ended == "withdrawn":
        return overdue_at, None
    before, now_said = _dated(entry.fields), _dated(fields)
    if (before.date, before.is_pending) == (now_said.date, now_said.is_pending):
        return entry.overdue_at, entry.overdue_seq
    return overdue_at, entry.overdue_seq if overdue_at <= now else None
