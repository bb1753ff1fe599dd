"""What a statement says of itself, and whether its entries add up to its balances."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Context, Decimal

from msgspec import Struct, field

from tieout_contracts.record import RecordStatus

EXACT = Context(prec=120)  # sums of amounts with at most 60 characters: nothing is ever rounded
_AMOUNT = re.compile(r"\d*\.?\d*", re.ASCII)
_LONGEST_AMOUNT = 60
ZERO = Decimal(0)
OPENING_TYPES = ("OPBD", "PRCD")
CLOSING_TYPES = ("CLBD",)


class StatedBalance(Struct, frozen=True, kw_only=True):
    """A balance as stated; `type` is the code, or `PRTRY:` and the proprietary one."""

    type: str
    subtype: str | None
    amount: Decimal
    currency: str
    date: date | None


class Movement(Struct, frozen=True, kw_only=True):
    """What one entry moves; `signed` is None when its amount or direction cannot be read."""

    currency: str
    signed: Decimal | None
    status: RecordStatus | None


class StatementReport(Struct, frozen=True, kw_only=True):
    """One statement in one currency, summed exactly as the file states it.

    `entries` counts all of them, also those whose amount cannot be read; the sums hold every
    status, `booked` only posted entries. `balance_check` is `ties`, `differs by X` with
    X = opening + booked - closing, or `not stated`. `day` is the day it is about: its closing
    balance's, else (known once it is loaded) the day that most of its records carry, else
    `created`, the day it was made.
    """

    statement: int
    account: str | None
    id: str | None
    currency: str | None
    entries: int
    sum_credits: Decimal
    sum_debits: Decimal
    booked: Decimal
    opening: Decimal | None
    opening_type: str | None
    closing: Decimal | None
    closing_type: str | None = None
    balance_check: str
    day: date | None = None
    created: date | None = None
    balances: list[StatedBalance] = field(default_factory=list)


def stated_amount(text: str | None, *, credit: bool) -> Decimal | None:
    """Read an unsigned decimal exactly as written, with its sign; None when it is none."""
    plain = (text or "").strip()
    if len(plain) > _LONGEST_AMOUNT or not plain.strip(".") or not _AMOUNT.fullmatch(plain):
        return None
    return Decimal(plain) if credit else Decimal(plain).copy_negate()


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """Add without rounding."""
    total = ZERO
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


class StatementSums:
    """Adds up one statement while it streams by: a few numbers per currency, not its entries."""

    def __init__(self) -> None:
        self.entries: dict[str, int] = {}
        self.credits: dict[str, Decimal] = {}
        self.debits: dict[str, Decimal] = {}
        self.booked: dict[str, Decimal] = {}

    def add(self, movement: Movement) -> None:
        currency, signed = movement.currency, movement.signed
        self.entries[currency] = self.entries.get(currency, 0) + 1
        if signed is None:
            return
        side = self.debits if signed.is_signed() else self.credits
        side[currency] = EXACT.add(side.get(currency, ZERO), signed.copy_abs())
        if movement.status == "posted":
            self.booked[currency] = EXACT.add(self.booked.get(currency, ZERO), signed)

    def reports(
        self,
        *,
        statement: int,
        account: str | None,
        statement_id: str | None,
        account_currency: str | None,
        created: date | None,
        balances: Sequence[StatedBalance],
        opening_types: Sequence[str] = OPENING_TYPES,
        closing_types: Sequence[str] = CLOSING_TYPES,
    ) -> list[StatementReport]:
        """Report each currency by itself; several in one statement cannot be proven to tie."""
        stated = dict.fromkeys([*self.entries, *(one.currency for one in balances)])
        currencies: list[str | None] = [*stated] or [account_currency]
        reports = []
        for currency in currencies:
            own = [one for one in balances if one.currency == currency]
            opening = _first(own, opening_types)
            closing = _first(own[::-1], closing_types)
            booked = self.booked.get(currency or "", ZERO)
            alone = len(currencies) == 1
            reports.append(
                StatementReport(
                    statement=statement,
                    account=account,
                    id=statement_id,
                    currency=currency,
                    entries=self.entries.get(currency or "", 0),
                    sum_credits=self.credits.get(currency or "", ZERO),
                    sum_debits=self.debits.get(currency or "", ZERO),
                    booked=booked,
                    opening=None if opening is None else opening.amount,
                    opening_type=None if opening is None else opening.type,
                    closing=None if closing is None else closing.amount,
                    closing_type=None if closing is None else closing.type,
                    balance_check=balance_check(opening, booked, closing) if alone else NOT_STATED,
                    day=None if closing is None else closing.date,
                    created=created,
                    balances=own,
                )
            )
        return reports


NOT_STATED = "not stated"


def balance_check(
    opening: StatedBalance | None, booked: Decimal, closing: StatedBalance | None
) -> str:
    """Say whether opening + booked = closing."""
    if opening is None or closing is None:
        return NOT_STATED
    gap = exact_sum((opening.amount, booked, closing.amount.copy_negate()))
    return "ties" if gap.is_zero() else f"differs by {gap}"


def _first(balances: Sequence[StatedBalance], types: Sequence[str]) -> StatedBalance | None:
    return next((one for kind in types for one in balances if one.type == kind), None)
