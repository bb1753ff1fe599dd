"""How far the amounts and the days of examples are apart, as conditions that allow for it. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product

from tieout_contracts.money import MAX_EXPONENT
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.learning.sample import Example, Sample
from tieout_matcher.domain.learning.written import covering, written_amount, written_days
from tieout_matcher.domain.readings import money_of, reader
from tieout_matcher.domain.rule import Leaf, Tolerance

EXACT_AMOUNT = Leaf(key="amount", value="amount")
FAR = Fraction(1, 10)  # amounts further apart are not two of one movement
FAR_DAYS = 31
COVERED = 95  # percent of the examples that a tolerance is to cover
DENSE = 75  # percent of them where most delays may lie
UNIT = 10**MAX_EXPONENT


def by_amount(sample: Sample) -> list[Example]:
    """Pair open entries whose amount one of each side has, at most a month apart."""
    of_a, of_b = (_unique(sample.open[side]) for side in ("A", "B"))
    pairs = [(of_a[money], of_b[money]) for money in sorted(of_a.keys() & of_b.keys())]
    return [
        pair for pair in pairs if (apart := _days(pair, _DATE)) is not None and apart <= FAR_DAYS
    ]


def split_by_amount(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Split into examples of equal amounts and of amounts that differ, but not by far."""
    equal = [pair for pair in examples if _comparable(pair) and not _apart(pair)]
    near = [
        pair for pair in examples if _comparable(pair) and 0 < _apart(pair) <= FAR * _of_b(pair)
    ]
    return equal, near


def amounts(examples: Sequence[Example]) -> Leaf:
    """Say how far the amounts of examples may differ: by money or by percent, as is tighter."""
    differing = [pair for pair in examples if _apart(pair)]
    if not differing:
        return EXACT_AMOUNT
    money = written_amount(covering([_apart(pair) for pair in differing], COVERED))
    shares = [_apart(pair) / _of_b(pair) * 100 for pair in differing]
    percent = written_amount(covering(shares, COVERED))
    by_money = Fraction(money) * len(differing)
    by_percent = sum(_of_b(pair) for pair in differing) * Fraction(percent) / 100
    tolerance = (
        Tolerance(amount=money, unit="dollar")
        if by_money <= by_percent
        else Tolerance(amount=percent, unit="percent")
    )
    return Leaf(key="amount", value="amount", tolerance=tolerance)


def days(examples: Sequence[Example], *, percent: int) -> Leaf | None:
    """Say how many days so many percent of examples are apart, by the dates that are nearest."""
    found = []
    for place, leaf in enumerate(_DATES):
        delays = [apart for pair in examples if (apart := _days(pair, leaf)) is not None]
        if len(delays) * 100 < COVERED * len(examples):
            continue
        allowed = written_days(int(covering([Fraction(one) for one in delays], percent)))
        if allowed is not None:
            found.append((allowed, place))
    if not found:
        return None
    allowed, place = min(found)
    leaf = _DATES[place]
    if not allowed:
        return leaf
    tolerance = Tolerance(amount=Decimal(allowed), unit="day")
    return Leaf(key=leaf.key, value=leaf.value, tolerance=tolerance)


_DATES = [Leaf(key=key, value=value) for key, value in product(("date", "value_date"), repeat=2)]
_DATE = _DATES[0]


def _days(pair: Example, leaf: Leaf) -> int | None:
    of_a, of_b = reader(leaf, "A")(pair[0]), reader(leaf, "B")(pair[1])
    return None if of_a is None or of_b is None else abs((of_a - of_b).days)


def _unique(entries: Sequence[Facts]) -> dict[tuple[str, int], Facts]:
    """Return the entry of each amount that only one of these entries has."""
    found: dict[tuple[str, int], list[Facts]] = {}
    for one in entries:
        found.setdefault((one.currency, money_of(one).units), []).append(one)
    return {money: those[0] for money, those in found.items() if len(those) == 1}


def _comparable(pair: Example) -> bool:
    return pair[0].currency == pair[1].currency


def _apart(pair: Example) -> Fraction:
    return Fraction(abs(money_of(pair[0]).units - money_of(pair[1]).units), UNIT)


def _of_b(pair: Example) -> Fraction:
    return Fraction(abs(money_of(pair[1]).units), UNIT)
