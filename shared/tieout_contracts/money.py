"""Exact amounts: an unsigned or signed integer of minor units, an exponent and a currency.

No float is read, made or returned anywhere in this module.
"""

import re
from collections.abc import Mapping
from functools import cache

from iso4217 import Currency

MAX_DIGITS = 38
MAX_EXPONENT = 18

# ISO 4217 list three (withdrawn codes) that real statements still carry.
WITHDRAWN_EXPONENTS: Mapping[str, int] = {
    "ATS": 2, "BEF": 0, "BGN": 2, "CYP": 2, "DEM": 2, "EEK": 2, "ESP": 0, "FIM": 2, "FRF": 2,
    "GRD": 0, "HRK": 2, "IEP": 2, "ITL": 0, "LTL": 2, "LUF": 0, "LVL": 2, "MTL": 2, "NLG": 2,
    "PTE": 0, "SIT": 2, "SKK": 2, "ZWL": 2,
}  # fmt: skip
# Digital assets in use as money; an organisation's own override comes first.
ASSET_EXPONENTS: Mapping[str, int] = {"USDC": 6, "USDT": 6, "EURC": 6, "BTC": 8, "ETH": 18}

_ISO_EXPONENTS = {one.code: int(one.exponent) for one in Currency if one.exponent is not None}
_DECIMAL = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?", re.ASCII)
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.]{2,11}", re.ASCII)


class MoneyError(ValueError):
    """An amount or currency that cannot be read exactly; `code` is the stable problem code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@cache
def exponent_of(currency: str) -> int:
    """Return the decimal places of a currency or asset (upper case).

    Source: ISO 4217 list one by the package `iso4217`, then withdrawn codes, then known assets.
    Raises MoneyError `unknown_currency`.
    """
    if not _CODE.fullmatch(currency):
        raise MoneyError("unknown_currency", f"{currency!r} is not a currency or asset code")
    for table in (_ISO_EXPONENTS, WITHDRAWN_EXPONENTS, ASSET_EXPONENTS):
        if currency in table:
            return table[currency]
    raise MoneyError(
        "unknown_currency",
        f"the decimal places of {currency!r} are not known; state decimal_places with the amount",
    )


def minor_from_decimal(text: str, *, exponent: int) -> int:
    """Read a plain decimal (`-12.50`, `7`, `.5`) as signed minor units.

    Trailing zeros do not count; a further significant place raises MoneyError
    `precision_exceeded`. Anything that is no plain decimal raises `unreadable_amount`.
    """
    found = _DECIMAL.fullmatch(text.strip()) if len(text) <= MAX_DIGITS * 3 else None
    if found is None or not (found[2] or found[3]):
        raise MoneyError("unreadable_amount", f"{text[:60]!r} is not a decimal number")
    sign, whole, fraction = found[1], found[2], (found[3] or "").rstrip("0")
    if len(fraction) > exponent:
        raise MoneyError(
            "precision_exceeded", f"{text[:60]!r} has more than {exponent} decimal places"
        )
    minor = checked_minor(int((whole or "0") + fraction.ljust(exponent, "0")))
    return -minor if sign == "-" else minor


def checked_minor(minor: int) -> int:
    """Return `minor` when it fits 38 digits, else raise MoneyError `amount_too_large`."""
    if abs(minor) >= 10**MAX_DIGITS:
        raise MoneyError("amount_too_large", f"an amount has at most {MAX_DIGITS} digits")
    return minor


def decimal_from_minor(minor: int, *, exponent: int) -> str:
    """Write signed minor units as a plain decimal with exactly `exponent` places."""
    digits = str(abs(minor)).rjust(exponent + 1, "0")
    sign = "-" if minor < 0 else ""
    if exponent == 0:
        return sign + digits
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"
