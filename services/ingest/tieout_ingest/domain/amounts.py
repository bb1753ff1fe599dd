"""Amounts as people's exports write them: read exactly or refused, never rounded or guessed."""

import re
from collections.abc import Callable

from tieout_contracts.money import MAX_DIGITS, minor_from_decimal
from tieout_ingest.domain.refusals import ValueRefused, shown

_POSITIVE = re.compile(r"\d*\.?\d*", re.ASCII)
_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2212": "-"})
_DOLLARS = frozenset(
    {
        "ARS", "AUD", "BBD", "BRL", "BSD", "CAD", "CLP", "COP", "FJD", "HKD", "JMD", "MXN", "NZD",
        "SGD", "TTD", "TWD", "USD", "XCD",
    }
)  # fmt: skip
SIGN_CURRENCIES = {
    "€": frozenset({"EUR"}), "£": frozenset({"GBP", "GIP", "FKP", "SHP", "EGP"}),
    "¥": frozenset({"JPY", "CNY"}), "$": _DOLLARS, "₹": frozenset({"INR"}),
    "₩": frozenset({"KRW"}), "₺": frozenset({"TRY"}), "zł": frozenset({"PLN"}),
    "Kč": frozenset({"CZK"}), "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "Fr.": frozenset({"CHF"}), "₿": frozenset({"BTC"}),
}  # fmt: skip

AmountReader = Callable[[str, str, int], int]


def positive_minor(text: str, *, exponent: int) -> int:
    """Read an unsigned plain decimal as minor units; a sign or anything else is refused."""
    plain = text.strip()
    if not plain.strip(".") or _POSITIVE.fullmatch(plain) is None:
        raise ValueRefused(
            "unreadable_amount",
            f"{shown(text)} is not a positive decimal; the sign belongs in CdtDbtInd",
        )
    return minor_from_decimal(plain, exponent=exponent)


def amount_reader(*, decimal_mark: str, thousands_mark: str) -> AmountReader:
    """Return a reader (text, currency, exponent) → signed minor units for declared marks.

    It reads `(12.50)`, a leading or trailing sign, a currency's own sign or code, and whole
    groups of three at the declared thousands mark. Everything else raises ValueRefused or
    MoneyError.
    """

    def read(text: str, currency: str, exponent: int) -> int:
        whole, _, fraction = text.partition(decimal_mark)
        negative = whole[:1] == "-"
        digits = (whole[1:] if negative else whole) + fraction
        missing = exponent - len(fraction)
        plain = digits.isdigit() and digits.isascii() and missing >= 0
        if plain and len(digits) + missing <= MAX_DIGITS:
            minor = int(digits) * 10**missing if missing else int(digits)
            return -minor if negative else minor
        return _written(text, currency, exponent, decimal_mark, thousands_mark)

    return read


def _written(text: str, currency: str, exponent: int, decimal: str, thousands: str) -> int:
    bare = text.translate(_BLANKS).strip()
    if len(bare) > MAX_DIGITS * 3:
        raise ValueRefused("unreadable_amount", f"{shown(text)} is too long for an amount")
    bare, bracketed = _without_brackets(bare)
    bare = _without_currency(bare, currency)
    bare, signed = _without_sign(bare)
    bare = _without_currency(bare, currency)
    if bracketed and signed:
        raise ValueRefused("unreadable_amount", f"{shown(text)} has brackets and a sign")
    whole, mark, fraction = bare.partition(decimal)
    if thousands and thousands in whole:
        whole = _joined_groups(text, whole, thousands)
    plain = f"{whole}.{fraction}" if mark else whole
    if not plain.strip(".") or _POSITIVE.fullmatch(plain) is None:
        raise ValueRefused(
            "unreadable_amount",
            f"{shown(text)} is not an amount with decimal mark {decimal!r} and "
            f"{f'thousands mark {thousands!r}' if thousands else 'no thousands mark'}; "
            "correct it, or state the marks in the profile",
        )
    minor = minor_from_decimal(plain, exponent=exponent)
    return -minor if bracketed or signed == "-" else minor


def _without_brackets(text: str) -> tuple[str, bool]:
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    return text, False


def _without_sign(text: str) -> tuple[str, str]:
    for sign in ("-", "+"):
        if text.startswith(sign):
            return text[1:].strip(), sign
        if text.endswith(sign):
            return text[:-1].strip(), sign
    return text, ""


def _without_currency(text: str, currency: str) -> str:
    marks = [currency, *(sign for sign, codes in SIGN_CURRENCIES.items() if currency in codes)]
    for mark in marks:
        if text.startswith(mark):
            return text[len(mark) :].strip()
        if text.endswith(mark):
            return text[: -len(mark)].strip()
    return text


def _joined_groups(text: str, whole: str, thousands: str) -> str:
    first, *groups = whole.split(thousands)
    if not 1 <= len(first) <= 3 or any(len(group) != 3 for group in groups):  # noqa: PLR2004 - groups of three
        raise ValueRefused("unreadable_amount", f"{shown(text)} has misplaced thousands marks")
    return first + "".join(groups)
