"""What speaks for a draft, and when it is enough. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tieout_matcher.domain.backtesting.replay import Made

MIN_PRECISION = Fraction(99, 100)
MIN_CONFIRMED = 5  # matches that people made too
MIN_NEW = 10  # matches that nobody made
SAID_ENOUGH = 5  # new matches for each confirmed one, without looking at chance
CHANCE = Fraction(1, 100)
ACCIDENT = Fraction(1, 2)  # one match in one of two deals
MIN_BESIDE_ACCIDENT = 20  # matches of which one such is no sign
DECISIVE = Fraction(1, 2)  # where more is matched by chance nothing can be told


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a draft made: accepted matches by whether people made them too, pairs by judgement.

    `misled` are the wrong pairs of what was withheld. `by_chance` is how many matches a deal of the
    money makes, None: it was not asked. `alike` is how many pairs the draft's text alone could
    make, None: it has none that tells.
    """

    made: Sequence[Made]
    confirmed: int
    new: int
    right: int
    wrong: int
    misled: int = 0
    by_chance: Fraction | None = None
    alike: int | None = None

    @property
    def records(self) -> frozenset[int]:
        return frozenset(record for one in self.made for record in (*one.side_a, *one.side_b))

    @property
    def precise(self) -> bool:
        return self.right >= MIN_PRECISION * (self.right + self.wrong + self.misled)

    @property
    def needs_chance(self) -> bool:
        """People's matches alone do not speak for it."""
        return self.confirmed < MIN_CONFIRMED or self.new > SAID_ENOUGH * self.confirmed

    @property
    def more_than_chance(self) -> bool:
        """Hardly any match that it makes is likely to be made by chance."""
        by_chance, total = self.by_chance, self.confirmed + self.new
        if by_chance is None:
            return False
        if self.alike is not None:
            by_chance = _misleading(by_chance, total, self.alike)
        accident = by_chance <= ACCIDENT and total >= MIN_BESIDE_ACCIDENT
        return accident or by_chance <= CHANCE * total

    @property
    def worthy(self) -> bool:
        """Precise where people decided, and more than chance where they did not say enough."""
        proven = self.more_than_chance or not self.needs_chance
        return self.enough and self.precise and proven

    @property
    def enough(self) -> bool:
        return self.confirmed >= MIN_CONFIRMED or self.new >= MIN_NEW


def _misleading(by_chance: Fraction, made: int, alike: int) -> Fraction:
    """Estimate how many matches are made by chance where texts are alike.

    Texts that mean nothing are matched at the rate of a deal; so what is alike and not matched
    tells how many mean nothing.
    """
    rate = by_chance / max(alike, 1)
    if rate > DECISIVE:
        return Fraction(made)
    meaningless = max(1 - Fraction(made, max(alike, 1)), Fraction(0)) / (1 - rate)
    return meaningless * by_chance
