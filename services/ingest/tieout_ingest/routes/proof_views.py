"""Proven days as JSON: amounts in minor units of one exponent a day (docs/internal-http.md)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tieout_ingest.domain.proof_money import finest_exponent, minor_text
from tieout_ingest.domain.statement_chain import Gap
from tieout_ingest.domain.statement_proof import (
    NOTHING,
    DayKey,
    Place,
    SideOfDay,
    Statement,
)
from tieout_ingest.store.statements import Booked

Json = dict[str, Any]


def day_view(
    key: DayKey,
    sides: Sequence[SideOfDay],
    *,
    booked: Mapping[Place, Booked],
    gaps: Mapping[Place, Gap],
) -> Json:
    account, currency, day = key
    amounts = _Amounts(finest_exponent(_amounts(sides, booked, gaps), currency or None))
    return {
        "account": account or None,
        "currency": currency or None,
        "exponent": amounts.exponent,
        "day": None if day == date.min else day,
        "sides": [
            {
                "side": one.side,
                "opening": amounts(one.opening),
                "records": amounts(one.records),
                "record_count": one.record_count,
                "closing": amounts(one.closing),
                "difference": amounts(one.difference),
                "proven": _is_zero(one.difference),
                "other_difference": amounts(one.other_difference),
                "proven_by_other_side": _is_zero(one.other_difference),
                "statements": [
                    _statement_view(
                        each, booked.get(each.place), gaps.get(each.place), amounts=amounts
                    )
                    for each in one.statements
                ],
            }
            for one in sides
        ],
    }


class _Amounts:
    """Writes amounts in minor units of one exponent."""

    def __init__(self, exponent: int) -> None:
        self.exponent = exponent

    def __call__(self, amount: Decimal | None) -> str | None:
        return minor_text(amount, self.exponent)


def _statement_view(
    one: Statement, booked: Booked | None, gap: Gap | None, *, amounts: _Amounts
) -> Json:
    found = NOTHING if booked is None else booked.sum
    first = [] if booked is None else booked.first
    difference = one.difference(found.amount)
    names = ("stream_id", "import_batch_id", "statement", "id", "opening_type", "closing_type")
    return {name: getattr(one, name) for name in names} | {
        "opening": amounts(one.opening),
        "booked": amounts(one.booked),
        "entries": one.entries,
        "closing": amounts(one.closing),
        "balance_check": one.balance_check,
        "records": amounts(found.amount),
        "record_count": found.count,
        "record_ids": first,
        "next_cursor": str(first[-1]) if found.count > len(first) else None,
        "difference": amounts(difference),
        "proven": _is_zero(difference),
        "gap": None if gap is None else _gap_view(gap, amounts),
    }


def _gap_view(gap: Gap, amounts: _Amounts) -> Json:
    return {
        "import_batch_id": gap.previous[0],
        "statement": gap.previous[1],
        "closing": amounts(gap.closing),
        "difference": amounts(gap.difference),
    }


def _is_zero(difference: Decimal | None) -> bool | None:
    return None if difference is None else difference.is_zero()


def _amounts(
    sides: Sequence[SideOfDay], booked: Mapping[Place, Booked], gaps: Mapping[Place, Gap]
) -> Iterator[Decimal | None]:
    """Give every amount that a day shows; differences need no more places than their parts."""
    for side in sides:
        yield from (side.opening, side.records, side.closing, side.other_difference)
        for one in side.statements:
            yield from (one.opening, one.booked, one.closing)
            yield booked[one.place].sum.amount if one.place in booked else None
            yield gaps[one.place].closing if one.place in gaps else None
