"""How far an import is: counts and totals that grow chunk by chunk."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from msgspec import Struct, structs

from tieout_contracts.record import Fields

Value = TypeVar("Value", int, date)


class CurrencyTotal(Struct, frozen=True, kw_only=True):
    """Sums of accepted records in minor units, as digits: they may pass 2^53."""

    currency: str
    exponent: int
    total_credits: str = "0"
    total_debits: str = "0"
    net_amount: str = "0"


class Progress(Struct, frozen=True, kw_only=True):
    """`next_item` items of the file are loaded: accepted + skipped + rejected."""

    next_item: int = 0
    accepted: int = 0
    skipped: int = 0
    rejected: int = 0
    first_record_id: int | None = None
    last_record_id: int | None = None
    totals: tuple[CurrencyTotal, ...] = ()
    date_range_start: date | None = None
    date_range_end: date | None = None


class ChunkCounts(Struct, frozen=True, kw_only=True):
    """What one chunk adds; `accepted` holds its (record id, fields)."""

    items: int
    skipped: int
    rejected: int
    accepted: Sequence[tuple[int, Fields]]


def advance(progress: Progress, chunk: ChunkCounts) -> Progress:
    """Add one chunk."""
    ids = [record_id for record_id, _ in chunk.accepted]
    dates = [fields.date for _, fields in chunk.accepted]
    return structs.replace(
        progress,
        next_item=progress.next_item + chunk.items,
        accepted=progress.accepted + len(chunk.accepted),
        skipped=progress.skipped + chunk.skipped,
        rejected=progress.rejected + chunk.rejected,
        first_record_id=min(_and(progress.first_record_id, ids), default=None),
        last_record_id=max(_and(progress.last_record_id, ids), default=None),
        totals=_totals(progress.totals, (fields for _, fields in chunk.accepted)),
        date_range_start=min(_and(progress.date_range_start, dates), default=None),
        date_range_end=max(_and(progress.date_range_end, dates), default=None),
    )


def _and(before: Value | None, values: list[Value]) -> list[Value]:
    if before is not None:
        values.append(before)
    return values


def _totals(
    before: Iterable[CurrencyTotal], accepted: Iterable[Fields]
) -> tuple[CurrencyTotal, ...]:
    credits_and_debits = {
        (one.currency, one.exponent): [int(one.total_credits), int(one.total_debits)]
        for one in before
    }
    for fields in accepted:
        sums = credits_and_debits.setdefault((fields.currency, fields.exponent), [0, 0])
        sums[fields.direction == "debit"] += int(fields.amount_minor)
    return tuple(
        CurrencyTotal(
            currency=currency,
            exponent=exponent,
            total_credits=str(credit),
            total_debits=str(debit),
            net_amount=str(credit - debit),
        )
        for (currency, exponent), (credit, debit) in sorted(credits_and_debits.items())
    )
