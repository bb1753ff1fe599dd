"""Whether consecutive statements join: one opens with what the one before closed with. Pure."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from tieout_ingest.domain.statement import exact_sum
from tieout_ingest.domain.statement_proof import Place, Statement


class Gap(Struct, frozen=True, kw_only=True):
    """A statement opens with another amount than the one before closed with."""

    previous: Place
    closing: Decimal
    difference: Decimal


def gaps(statements: Iterable[Statement]) -> dict[Place, Gap]:
    """Find where consecutive statements of one stream, account and currency do not join.

    One that opens as another of the same day did states that day anew (a cumulative report), and
    does not have to follow it.
    """
    found: dict[Place, Gap] = {}
    chains: dict[tuple[int, str, str], list[Statement]] = {}
    stated = [one for one in statements if one.stated]
    for one in sorted(stated, key=lambda each: (each.day_key, each.place[:2])):
        chain = chains.setdefault((one.stream_id, *one.day_key[:2]), [])
        if chain and not _joins(one, chain):
            last = chain[-1]
            difference = exact_sum(_amounts((one.opening, 1), (last.closing, -1)))
            closing = exact_sum(_amounts((last.closing, 1)))
            found[one.place] = Gap(previous=last.place, closing=closing, difference=difference)
        chain.append(one)
    return found


def _joins(one: Statement, before: Sequence[Statement]) -> bool:
    if one.opening == before[-1].closing:
        return True
    same_day = (earlier for earlier in reversed(before) if earlier.day == one.day)
    return any(one.opening == earlier.opening for earlier in same_day)


def _amounts(*signed: tuple[Decimal | None, int]) -> list[Decimal]:
    """Give what is stated with its sign; multiplying would round to the context."""
    return [
        amount if sign > 0 else amount.copy_negate()
        for amount, sign in signed
        if amount is not None
    ]
