"""A force match worked out: who its members are and what amount makes it tie. Pure.

Source: semantics of force match (docs): the entry, its counterparts, and an adjustment for the
residual, so that side A equals side B plus adjustments exactly.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from tieout_contracts.config_events import SignMode
from tieout_contracts.money import MAX_DIGITS
from tieout_contracts.outcomes import Adjustment, AdjustmentReason
from tieout_contracts.record import Fields
from tieout_matcher.domain.decide import Entry

ResidualTreatment = Literal["write_off", "fee", "fx", "rounding", "carry"]
MAX_FIELDS_BYTES = 768 * 1024  # a broker takes messages of up to 1 MiB
_decode = msgspec.json.Decoder(Fields).decode


class ForceRefusedError(ValueError):
    """The force match cannot be made; the operation is refused for ever with this code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def residual_of(
    entry: Entry,
    counterparts: Sequence[Entry],
    *,
    sign_mode: SignMode,
    treatment: AdjustmentReason,
) -> list[Adjustment]:
    """Return the adjustment that side A needs beyond side B: none when they tie.

    Raises ForceRefusedError for a counterpart on the same side or in another currency, and for
    what is too large to be stored or told of.
    """
    for counterpart in counterparts:
        if counterpart.side == entry.side:
            raise ForceRefusedError(
                "same_side", f"record {counterpart.record_id} is on the same side as the entry"
            )
    require_publishable((entry, *counterparts))
    members = [(one, _decode(one.fields)) for one in (entry, *counterparts)]
    currency = members[0][1].currency
    if any(fields.currency != currency for _, fields in members):
        raise ForceRefusedError("currency_mismatch", "the records are not of one currency")
    exponent = max(fields.exponent for _, fields in members)
    residual = 0
    for one, fields in members:
        amount = _open_amount(one, fields) * 10 ** (exponent - fields.exponent)
        residual += _as_counted(amount, one.side == "B", sign_mode)
    if residual == 0:
        return []
    if abs(residual) >= 10**MAX_DIGITS:
        raise ForceRefusedError(
            "amount_too_large", f"the residual has more than {MAX_DIGITS} digits"
        )
    return [
        Adjustment(
            amount_minor=str(residual), exponent=exponent, currency=currency, reason=treatment
        )
    ]


def _open_amount(entry: Entry, fields: Fields) -> int:
    """Return what of a signed amount is in no match yet."""
    if entry.left_minor is None:
        return fields.signed_minor
    return int(entry.left_minor) if fields.direction == "credit" else -int(entry.left_minor)


def require_publishable(members: Sequence[Entry]) -> None:
    """Refuse what the one event about the match could not carry to the broker."""
    size = sum(len(one.fields) for one in members)
    if size > MAX_FIELDS_BYTES:
        raise ForceRefusedError(
            "too_many_members",
            f"the records take {size} bytes together; at most {MAX_FIELDS_BYTES} fit one match",
        )


def _as_counted(amount: int, on_side_b: bool, sign_mode: SignMode) -> int:
    """Count A plus and B minus, as the sign mode reads B."""
    if sign_mode == "absolute":
        amount = abs(amount)
    elif sign_mode == "opposite" and on_side_b:
        amount = -amount
    return -amount if on_side_b else amount
