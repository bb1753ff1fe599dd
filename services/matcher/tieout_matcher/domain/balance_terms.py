"""The terms of a balance proof: which entries each sums, and with which sign. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, get_args

from msgspec import Struct

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Side
from tieout_matcher.domain.balance_sums import (
    AdjustmentSum,
    Ending,
    EntrySum,
    OpeningBalance,
    counted,
    counted_of,
)

TermName = Literal[
    "side_b", "side_a", "opening_difference", "open_b", "open_a", "closed", "ignored", "withdrawn",
    "adjustments", "matched_b", "matched_a", "misplaced",
]  # fmt: skip
ENDINGS: tuple[Ending, ...] = get_args(Ending)


class Term(Struct, frozen=True, kw_only=True):
    """One sum with what makes it: `first` are the lowest ids, of records or (adjustments) matches.

    `opening_minor` is the part of a side's sum that no record makes. Of the records, so many are
    pending and informational.
    """

    name: TermName
    sum_minor: int
    count: int
    first: Sequence[int] = ()
    opening_minor: int = 0
    pending: int = 0
    informational: int = 0


class Reading:
    """How amounts of one currency are read: at its finest exponent, as the sign mode counts."""

    def __init__(self, exponent: int, sign_mode: SignMode, listed: int) -> None:
        self._exponent = exponent
        self._sign_mode = sign_mode
        self.listed = listed

    def fine(self, minor: int, exponent: int) -> int:
        return int(minor * 10 ** (self._exponent - exponent))

    def amount(self, one: EntrySum, minor: int) -> int:
        return self.fine(counted_of(one, minor, sign_mode=self._sign_mode), one.exponent)

    def across(self, one: EntrySum, minor: int) -> int:
        """Count B plus and A minus."""
        return self.amount(one, minor) if one.side == "B" else -self.amount(one, minor)

    def opening(self, openings: Iterable[OpeningBalance], side: Side) -> int:
        return sum(
            self.fine(counted(one.signed_minor, side=side, sign_mode=self._sign_mode), one.exponent)
            for one in openings
            if one.side == side
        )


def terms_of(
    entries: Sequence[EntrySum],
    adjustments: Sequence[AdjustmentSum],
    openings: Sequence[OpeningBalance],
    *,
    reading: Reading,
) -> Iterator[Term]:
    """Make every term of one currency; the parts are all of it."""
    a = [one for one in entries if one.side == "A"]
    b = [one for one in entries if one.side == "B"]
    had_a, had_b = reading.opening(openings, "A"), reading.opening(openings, "B")
    named: tuple[tuple[TermName, Sequence[EntrySum], Callable[[EntrySum], int], int], ...] = (
        ("side_b", b, lambda one: reading.amount(one, one.amount_minor), had_b),
        ("side_a", a, lambda one: reading.amount(one, one.amount_minor), had_a),
        ("open_b", _open(b), lambda one: reading.amount(one, one.open_minor), 0),
        ("open_a", _open(a), lambda one: reading.amount(one, one.open_minor), 0),
        ("matched_b", _matched(b), lambda one: reading.amount(one, one.matched_minor), 0),
        ("matched_a", _matched(a), lambda one: reading.amount(one, one.matched_minor), 0),
        *(
            (ending, _ended(entries, ending), lambda one: reading.across(one, one.ended_minor), 0)
            for ending in ENDINGS
        ),
        ("misplaced", _misplaced(entries), lambda one: reading.across(one, one.lost_minor), 0),
    )
    for name, own, amount, opening in named:
        yield _term(name, own, opening + sum(map(amount, own)), opening, reading.listed)
    yield Term(name="opening_difference", sum_minor=had_b - had_a, count=len(openings))
    yield _adjusted(adjustments, reading)


def _open(entries: Iterable[EntrySum]) -> list[EntrySum]:
    return [one for one in entries if one.is_open]


def _matched(entries: Iterable[EntrySum]) -> list[EntrySum]:
    return [one for one in entries if one.matched]


def _ended(entries: Iterable[EntrySum], ending: Ending) -> list[EntrySum]:
    return [one for one in entries if one.ended == ending]


def _misplaced(entries: Iterable[EntrySum]) -> list[EntrySum]:
    return [one for one in entries if one.misplaced]


def _term(name: TermName, sums: Sequence[EntrySum], total: int, opening: int, listed: int) -> Term:
    return Term(
        name=name,
        sum_minor=total,
        count=sum(one.records for one in sums),
        first=sorted(record for one in sums for record in one.first)[:listed],
        opening_minor=opening,
        pending=sum(one.records for one in sums if one.status == "pending"),
        informational=sum(one.records for one in sums if one.status == "informational"),
    )


def _adjusted(adjustments: Sequence[AdjustmentSum], reading: Reading) -> Term:
    """Turn what A has beyond B into what B has beyond A: the other sign."""
    matches = sorted({match for one in adjustments for match in one.first})
    return Term(
        name="adjustments",
        sum_minor=-sum(reading.fine(one.signed_minor, one.exponent) for one in adjustments),
        count=sum(one.records for one in adjustments),
        first=matches[: reading.listed],
    )
