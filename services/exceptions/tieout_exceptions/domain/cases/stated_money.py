"""Amounts as callers state them: decimals, read exactly."""

from dataclasses import dataclass

from tieout_contracts.money import decimal_from_minor, exponent_of, minor_from_decimal


@dataclass(frozen=True, kw_only=True)
class Money:
    """A stated amount: unsigned decimal text and a currency or asset code (upper case)."""

    amount: str
    currency: str

    @property
    def minor(self) -> int:
        """The amount in minor units of its currency; raises money.MoneyError."""
        return minor_from_decimal(self.amount, exponent=exponent_of(self.currency))

    @property
    def plain(self) -> str:
        """The amount with exactly the places of its currency; raises money.MoneyError."""
        return decimal_from_minor(self.minor, exponent=exponent_of(self.currency))
