"""An open entry as passes and explanations compare it: decoded whole, its amount as counted."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Side

_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode
_encode = msgspec.json.Encoder(order="sorted").encode


class Facts(Struct, frozen=True, kw_only=True):
    """What an open entry says.

    `amount` is in minor units of `exponent`, signed as the sign mode counts it: what ties is
    equal on both sides. Of an entry that is `partly` matched it is what is left. `said` is the JSON
    of the contracts' Fields, numbers with a fraction as Decimal. `sameness` is equal exactly for
    entries of a side that are equal in all business fields.
    """

    record_id: int
    entry_no: int
    side: Side
    currency: str
    exponent: int
    amount: int
    pending: bool
    partly: bool
    said: Mapping[str, Any]
    sameness: bytes


def facts_of(
    *,
    record_id: int,
    entry_no: int,
    side: Side,
    fields: bytes,
    sign_mode: SignMode,
    left_minor: int | None = None,
) -> Facts:
    """Read an open entry's fields; `left_minor` is what is left of one partly matched.

    `left_minor` is unsigned, in the record's own exponent. Fields were checked when they arrived.
    """
    said = _decode(fields)
    minor = int(said["amount_minor"]) if left_minor is None else left_minor
    signed = minor if said["direction"] == "credit" else -minor
    return Facts(
        record_id=record_id,
        entry_no=entry_no,
        side=side,
        currency=said["currency"],
        exponent=said["exponent"],
        amount=counted(signed, side, sign_mode),
        pending=said.get("status") == "pending",
        partly=left_minor is not None,
        said=said,
        sameness=_encode((said, str(minor))),
    )


def counted(signed_minor: int, side: Side, sign_mode: SignMode) -> int:
    """Count a signed amount as the sign mode does: what ties is equal on both sides."""
    if sign_mode == "absolute":
        return abs(signed_minor)
    if sign_mode == "opposite" and side == "B":
        return -signed_minor
    return signed_minor


def at_exponent(facts: Facts, exponent: int) -> int:
    """Return the counted amount in minor units of a finer exponent."""
    return int(facts.amount * 10 ** (exponent - facts.exponent))
