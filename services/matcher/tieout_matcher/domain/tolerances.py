"""The tolerance of a condition as a caller writes it.

A JSON number is read by its shortest spelling, and refused where that needs more digits than a
double keeps; a text of decimal digits is read as it stands. So no tolerance is ever rounded.
"""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from tieout_contracts.money import MAX_DIGITS, MAX_EXPONENT
from tieout_matcher.domain.rule import CODE_FIELDS, DATE_FIELDS, RuleError, Tolerance, Unit

MAX_DAYS = 3660
MAX_PERCENT = 100
DIGITS_OF_A_DOUBLE = 15
_TEXT = re.compile(r"[0-9]{1,80}(\.[0-9]{1,80})?", re.ASCII)


def read_tolerance(
    leaf: Mapping[str, Any], *, operand: str, fields: Collection[str], path: str
) -> Tolerance | None:
    """Read `tolerance_amount` and `tolerance_unit` of a condition on these fields, if any.

    Raises RuleError.
    """
    amount_path, unit_path = f"{path}.tolerance_amount", f"{path}.tolerance_unit"
    given, unit = leaf.get("tolerance_amount"), leaf.get("tolerance_unit")
    if given is None and unit is None:
        return None
    stated = amount_path if given is not None else unit_path
    if operand != "eq":
        raise RuleError(stated, "goes with eq only")
    for field in fields:
        if field in CODE_FIELDS:
            raise RuleError(stated, f"{field} is a code and has no distance; leave it out")
    amount = None if given is None else _amount(given, amount_path)
    chosen = _unit(unit, fields, unit_path)
    if chosen == "month":
        if amount not in (None, 1):
            raise RuleError(
                amount_path,
                "month means the same calendar month and takes no amount; leave it out, or use the "
                "unit day",
            )
        return Tolerance(amount=Decimal(1), unit="month")
    if amount is None:
        raise RuleError(amount_path, f"is needed with the unit {chosen}")
    _check_size(amount, chosen, amount_path)
    return Tolerance(amount=amount, unit=chosen)


def _unit(given: Any, fields: Collection[str], path: str) -> Unit:
    dates = any(field in DATE_FIELDS for field in fields)
    of_dates, of_numbers = ("day", "month"), ("dollar", "percent")
    allowed: tuple[str, ...]
    if dates:
        allowed = of_dates
    elif "amount" in fields:
        allowed = of_numbers
    else:
        allowed = (*of_numbers, *of_dates)
    unit = allowed[0] if given is None else given
    if not isinstance(unit, str) or unit not in allowed:
        what = " and ".join(sorted(fields))
        raise RuleError(path, f"is one of {', '.join(allowed)} for {what}")
    return unit  # type: ignore[return-value]  # it is one of the units


def _amount(given: Any, path: str) -> Decimal:
    if isinstance(given, str) and _TEXT.fullmatch(given):
        amount = Decimal(given)
    elif isinstance(given, int | float | Decimal) and not isinstance(given, bool):
        amount = _of_number(given, path)
    else:
        raise RuleError(path, "is a number over 0, or its decimal digits as a text")
    if amount <= 0:
        raise RuleError(path, "is over 0; leave it out for an equality")
    if amount >= 10**MAX_DIGITS or _significant(amount)[1] > MAX_EXPONENT:
        raise RuleError(
            path, f"has at most {MAX_DIGITS} digits before and {MAX_EXPONENT} after the point"
        )
    return amount


def _of_number(given: float | Decimal, path: str) -> Decimal:
    if isinstance(given, int) and abs(given) >= 10**MAX_DIGITS:
        raise RuleError(path, f"has at most {MAX_DIGITS} digits before the point")
    amount = Decimal(repr(given)) if isinstance(given, float) else Decimal(given)
    if not amount.is_finite():
        raise RuleError(path, "is a number over 0")
    if isinstance(given, float) and _significant(amount)[0] > DIGITS_OF_A_DOUBLE:
        raise RuleError(path, "has more digits than a JSON number keeps; write them as a text")
    return amount


def _significant(amount: Decimal) -> tuple[int, int]:
    """Count the digits that matter, and those of them after the point."""
    _, digits, exponent = amount.as_tuple()
    written = "".join(map(str, digits)).lstrip("0")
    kept = written.rstrip("0")
    places = len(kept) - len(written) - int(exponent)
    return len(kept), max(places, 0)


def _check_size(amount: Decimal, unit: Unit, path: str) -> None:
    if unit == "percent" and amount > MAX_PERCENT:
        raise RuleError(path, f"is at most {MAX_PERCENT} percent")
    if unit == "day" and (amount != int(amount) or amount > MAX_DAYS):
        raise RuleError(path, f"is a whole number of days, at most {MAX_DAYS}")
