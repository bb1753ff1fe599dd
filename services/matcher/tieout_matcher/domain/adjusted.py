"""An entry adjusted by an amount that a person states: it has to be what makes it tie. Pure.

Source: semantics of adjust-entry (docs). The amount is added to what the entry says; a match that
does not tie with exactly that is refused, and the refusal names the amount that would.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from tieout_contracts.config_events import SignMode
from tieout_contracts.money import MoneyError, decimal_from_minor, minor_from_decimal
from tieout_contracts.outcomes import Adjustment
from tieout_contracts.record import Side
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.forced import ForceRefusedError, residual_of


@dataclass(frozen=True, kw_only=True)
class StatedAdjustment:
    """A plain signed decimal in major units of `currency`; `note` is what it is for."""

    amount: str
    currency: str
    note: str


def stated_adjustment(
    entry: Entry,
    counterparts: Sequence[Entry],
    *,
    sign_mode: SignMode,
    stated: StatedAdjustment,
) -> list[Adjustment]:
    """Return the adjustment that side A needs beyond side B, if it is the stated one.

    Raises ForceRefusedError as `residual_of` does, and for another currency, more decimal places
    than the records have, or an amount that does not make them tie.
    """
    found = residual_of(entry, counterparts, sign_mode=sign_mode, treatment="manual")
    if not found:
        raise ForceRefusedError(
            "amounts_differ", "the records tie as they are: force-match them without an adjustment"
        )
    (residual,) = found
    if stated.currency != residual.currency:
        raise ForceRefusedError(
            "currency_mismatch",
            f"the records are in {residual.currency}, the adjustment is in {stated.currency}",
        )
    try:
        amount = minor_from_decimal(stated.amount, exponent=residual.exponent)
    except MoneyError as error:
        raise ForceRefusedError(error.code, str(error)) from error
    needed = _added_to_entry(int(residual.amount_minor), entry.side, sign_mode)
    if amount != needed:
        ties = decimal_from_minor(needed, exponent=residual.exponent)
        raise ForceRefusedError(
            "amounts_differ",
            f"these records tie with an adjustment of {ties} {residual.currency}, not of "
            f"{stated.amount}: state that, or name other counterparts",
        )
    return [msgspec.structs.replace(residual, note=stated.note)]


def _added_to_entry(residual: int, side: Side, sign_mode: SignMode) -> int:
    """Turn what side A has beyond side B into what has to be added to the entry's own amount."""
    return residual if side == "B" and sign_mode != "opposite" else -residual
