"""Manual matches worked out: whose amounts are taken whole, what is left of whom. Pure.

Source: semantics of manual match and of the residual treatment `carry` (docs).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tieout_contracts.money import MAX_DIGITS, decimal_from_minor
from tieout_contracts.outcomes import Adjustment, AdjustmentReason
from tieout_contracts.record import Side
from tieout_matcher.domain.facts import Facts, at_exponent
from tieout_matcher.domain.new_match import Part


class AllocationError(ValueError):
    """The entries cannot be matched like this; `code` is stable, the message names the remedy."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """What makes chosen entries tie: parts of some of them (by record), or an adjustment."""

    parts: Mapping[int, Part] = field(default_factory=dict)
    adjustments: tuple[Adjustment, ...] = ()


def whole(
    entries: Sequence[Facts], *, adjust: AdjustmentReason | None, note: str | None = None
) -> Allocation:
    """Take all entries whole; a difference needs an adjustment, for the reason `adjust`.

    Raises AllocationError when a side is missing, currencies differ, or nothing makes them tie.
    """
    currency, exponent = _require_sides(entries)
    difference = _total(entries, "A", exponent) - _total(entries, "B", exponent)
    if difference and adjust is None:
        amount = decimal_from_minor(difference, exponent=exponent)
        raise AllocationError(
            "amounts_differ",
            f"side A is {amount} {currency} more than side B: choose other records, or ask for an "
            "adjustment",
        )
    if abs(difference) >= 10**MAX_DIGITS:
        raise AllocationError(
            "amount_too_large", f"the adjustment has more than {MAX_DIGITS} digits"
        )
    adjustment = Adjustment(
        amount_minor=str(difference),
        exponent=exponent,
        currency=currency,
        reason=adjust or "manual",
        note=note,
    )
    return Allocation(parts=whole_parts(entries), adjustments=(adjustment,) if difference else ())


def carried(entries: Sequence[Facts]) -> Allocation:
    """Take the smaller side whole and as much of the larger one, its oldest entries first.

    What is left of one entry stays open. Raises AllocationError when a side is missing, currencies
    or signs differ, or an entry would not be needed at all.
    """
    _, exponent = _require_sides(entries)
    of_a, of_b = _total(entries, "A", exponent), _total(entries, "B", exponent)
    if of_a * of_b <= 0:
        raise AllocationError(
            "signs_differ", "the sides have no common part: their sums have different signs"
        )
    larger: Side = "A" if abs(of_a) > abs(of_b) else "B"
    rest = min(abs(of_a), abs(of_b))
    parts = dict(whole_parts(entries))
    for one in sorted(_of_side(entries, larger), key=_oldest_first):
        amount = at_exponent(one, exponent)
        if amount * of_a < 0:
            raise AllocationError(
                "signs_differ", f"record {one.record_id} has another sign than its side"
            )
        taken = min(abs(amount), rest)
        if taken == 0:
            raise AllocationError(
                "record_not_needed",
                f"nothing of record {one.record_id} is needed to tie: leave it out",
            )
        rest -= taken
        if taken < abs(amount):
            parts[one.record_id] = _part(one, taken, exponent)
    return Allocation(parts=parts)


def _require_sides(entries: Sequence[Facts]) -> tuple[str, int]:
    """Return the one currency and the finest exponent."""
    if {one.side for one in entries} != {"A", "B"}:
        raise AllocationError("side_missing", "a match has records of both sides")
    currencies = sorted({one.currency for one in entries})
    if len(currencies) > 1:
        raise AllocationError(
            "currency_mismatch", f"the records are of several currencies: {', '.join(currencies)}"
        )
    return currencies[0], max(one.exponent for one in entries)


def _of_side(entries: Sequence[Facts], side: Side) -> list[Facts]:
    return [one for one in entries if one.side == side]


def _total(entries: Sequence[Facts], side: Side, exponent: int) -> int:
    return sum(at_exponent(one, exponent) for one in _of_side(entries, side))


def _oldest_first(one: Facts) -> tuple[str, int]:
    return (str(one.said["date"]), one.record_id)


def _part(one: Facts, taken: int, exponent: int) -> Part:
    """Split an amount; raises AllocationError where a part is no whole minor unit of its own."""
    scale = 10 ** (exponent - one.exponent)
    if taken % scale:
        raise AllocationError(
            "precision_exceeded",
            f"a part of record {one.record_id} would have more than {one.exponent} decimal places",
        )
    minor = taken // scale
    return Part(allocated_minor=minor, left_minor=abs(one.amount) - minor)


def whole_parts(entries: Sequence[Facts]) -> dict[int, Part]:
    """Name what is left of entries that are partly matched already: it is taken whole."""
    return {
        one.record_id: Part(allocated_minor=abs(one.amount), left_minor=0)
        for one in entries
        if one.partly
    }
