"""Statements proven: opening + records = closing, by account, currency and day. Pure.

Amounts are signed decimals in major units, summed without rounding. Source: semantics of the
balance proof (docs/balance-proof.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Side
from tieout_ingest.domain.statement import NOT_STATED, exact_sum

Place = tuple[int, int, str | None]  # import batch, number of the statement, currency
DayKey = tuple[str, str, date]


class Statement(Struct, frozen=True, kw_only=True):
    """One statement in one currency, as its file states it."""

    stream_id: int
    side: Side
    import_batch_id: int
    statement: int
    account: str | None
    id: str | None
    currency: str | None
    day: date | None
    opening: Decimal | None
    opening_type: str | None
    closing: Decimal | None
    closing_type: str | None
    entries: int
    booked: Decimal
    balance_check: str

    @property
    def place(self) -> Place:
        return (self.import_batch_id, self.statement, self.currency)

    @property
    def day_key(self) -> DayKey:
        return (self.account or "", self.currency or "", self.day or date.min)

    @property
    def stated(self) -> bool:
        """Tell whether it states both balances of one currency."""
        return self.balance_check != NOT_STATED

    def difference(self, records: Decimal) -> Decimal | None:
        """Return opening + records - closing; None when it does not state both."""
        return _difference(self.opening, records, self.closing) if self.stated else None


class SideOfDay(Struct, frozen=True, kw_only=True):
    """One side's statements of an account, a currency and a day.

    `records` is the sum of their records, each once. `difference` = opening + records -
    closing; `other_difference` the same with the records of the other side's statements, counted
    as the sign mode reads them. None: not stated, or no statement on the other side.
    """

    side: Side
    statements: list[Statement]
    opening: Decimal | None
    closing: Decimal | None
    records: Decimal
    record_count: int
    difference: Decimal | None
    other_difference: Decimal | None


class Sum(Struct, frozen=True, kw_only=True):
    amount: Decimal
    count: int


NOTHING = Sum(amount=Decimal(0), count=0)


def prove_day(
    statements: Sequence[Statement], sums: Mapping[Side, Sum], sign_mode: SignMode
) -> list[SideOfDay]:
    """Hold each side's balances against its own records and against the other side's."""
    sides: tuple[Side, Side] = ("A", "B")
    own = {side: [one for one in statements if one.side == side] for side in sides}
    proven = []
    for side, other in (sides, sides[::-1]):
        if not own[side]:
            continue
        stated = [one for one in own[side] if one.stated]
        opening = stated[0].opening if stated else None
        closing = stated[-1].closing if stated else None
        counted = sums.get(side, NOTHING)
        across = _across(sums.get(other, NOTHING).amount, sign_mode) if own[other] else None
        proven.append(
            SideOfDay(
                side=side,
                statements=own[side],
                opening=opening,
                closing=closing,
                records=counted.amount,
                record_count=counted.count,
                difference=_difference(opening, counted.amount, closing),
                other_difference=_difference(opening, across, closing),
            )
        )
    return proven


def _across(amount: Decimal, sign_mode: SignMode) -> Decimal | None:
    """Read the other side's sum; without signs there is nothing that a balance could hold to."""
    if sign_mode == "absolute":
        return None
    return amount.copy_negate() if sign_mode == "opposite" else amount


def _difference(
    opening: Decimal | None, moved: Decimal | None, closing: Decimal | None
) -> Decimal | None:
    if opening is None or moved is None or closing is None:
        return None
    return exact_sum((opening, moved, closing.copy_negate()))


def days_of(
    statements: Iterable[Statement],
    *,
    account: str | None,
    date_from: date | None,
    date_to: date | None,
) -> dict[DayKey, list[Statement]]:
    """Group statements by account, currency and day, in that order; both dates are inclusive."""
    found: dict[DayKey, list[Statement]] = {}
    for one in sorted(statements, key=lambda each: (each.day_key, each.side, each.place[:2])):
        day = one.day_key[2]
        if (
            (account is None or one.account == account)
            and (date_from is None or day >= date_from)
            and (date_to is None or day <= date_to)
        ):
            found.setdefault(one.day_key, []).append(one)
    return found
