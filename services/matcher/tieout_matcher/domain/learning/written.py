"""Numbers that a person would write as a tolerance: what was seen, rounded up."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

DIGITS = ("1", "1.5", "2", "2.5", "3", "4", "5", "6", "8", "10")
DAYS = (1, 2, 3, 4, 5, 7, 10, 14, 21, 30)


def written_amount(least: Fraction) -> Decimal:
    """Round up to two digits at most; `least` is over 0."""
    power = 0
    while Fraction(10) ** power > least:
        power -= 1
    while Fraction(10) ** (power + 1) <= least:
        power += 1
    found = next(one for one in DIGITS if Fraction(one) * Fraction(10) ** power >= least)
    return Decimal(found).scaleb(power).normalize()


def written_days(least: int) -> int | None:
    """Round up to a number of days; None: nobody would wait so long. 0 stays 0."""
    if least == 0:
        return 0
    return next((one for one in DAYS if one >= least), None)


def covering(seen: Sequence[Fraction], percent: int) -> Fraction:
    """Return the least value that so many percent of what was seen do not exceed."""
    place = -(-len(seen) * percent // 100) - 1
    return sorted(seen)[max(place, 0)]
