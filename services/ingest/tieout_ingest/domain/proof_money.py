"""Decimals of one day as minor units of one exponent. Pure."""

from collections.abc import Iterable
from decimal import Decimal

from tieout_contracts.money import MoneyError, exponent_of
from tieout_ingest.domain.statement import EXACT


def finest_exponent(amounts: Iterable[Decimal | None], currency: str | None) -> int:
    """Return how many decimal places all of these need, at least the currency's own."""
    needed = (_places(one) for one in amounts if one is not None)
    return max(_own_exponent(currency), *needed, 0)


def minor_text(amount: Decimal | None, exponent: int) -> str | None:
    """Write signed minor units as digits; `exponent` must be enough for the amount."""
    return None if amount is None else format(EXACT.scaleb(amount, exponent), ".0f")


def _places(amount: Decimal) -> int:
    exponent = EXACT.normalize(amount).as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _own_exponent(currency: str | None) -> int:
    try:
        return 0 if currency is None else exponent_of(currency)
    except MoneyError:
        return 0
