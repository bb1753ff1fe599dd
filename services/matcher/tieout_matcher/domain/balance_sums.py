"""What a balance proof is made of: sums of entries, adjustments, opening balances. Pure."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Direction, RecordStatus, Side

Ending = Literal["closed", "ignored", "withdrawn"]


class EntrySum(Struct, frozen=True, kw_only=True):
    """Entries that count alike, summed in unsigned minor units of `exponent`.

    `open_minor`, `matched_minor` and `ended_minor` say where the amounts are: all of an amount in
    one place or, for an entry matched in part, in two. `first` are the lowest record ids.
    """

    side: Side
    direction: Direction
    currency: str
    exponent: int
    status: RecordStatus
    is_open: bool
    matched: bool
    ended: Ending | None
    misplaced: bool
    records: int
    amount_minor: int
    open_minor: int
    matched_minor: int
    ended_minor: int
    first: Sequence[int]

    @property
    def lost_minor(self) -> int:
        """What is in no place; less than nothing for what is in several."""
        return self.amount_minor - self.open_minor - self.matched_minor - self.ended_minor


class AdjustmentSum(Struct, frozen=True, kw_only=True):
    """Adjustments of one exponent: what side A has beyond side B; `first` are match ids."""

    currency: str
    exponent: int
    records: int
    signed_minor: int
    first: Sequence[int]


class OpeningBalance(Struct, frozen=True, kw_only=True):
    """What a side had when the reconciliation began, signed; in no record."""

    side: Side
    currency: str
    exponent: int
    signed_minor: int


def counted(signed_minor: int, *, side: Side, sign_mode: SignMode) -> int:
    """Read an amount with the sign that it has beside the other side's."""
    if sign_mode == "absolute":
        return abs(signed_minor)
    return -signed_minor if sign_mode == "opposite" and side == "B" else signed_minor


def counted_of(one: EntrySum, minor: int, *, sign_mode: SignMode) -> int:
    """Read an amount in these entries: all of them have one direction."""
    signed = minor if one.direction == "credit" else -minor
    if sign_mode == "absolute":
        return minor  # not abs: what is lost may be less than nothing
    return counted(signed, side=one.side, sign_mode=sign_mode)
