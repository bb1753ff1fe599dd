"""What the money of a case adds up to, and what of the difference is explained."""

from fractions import Fraction

from tieout_exceptions.domain.cases.judgement import Facts, Part
from tieout_exceptions.domain.cases.records import Fee


class Sums:
    """Adds up at the finest exponent of all that is added, so that nothing is rounded.

    Money of another currency explains as much as it is worth at its stated rate, rounded half to
    even: only that is ever rounded.
    """

    def __init__(self, facts: Facts, parts: tuple[Part, ...]) -> None:
        own = [one for one in parts if one.currency == facts.currency]
        other = [one for one in parts if one.currency != facts.currency]
        exponents = [one.exponent for one in own] + [one.exponent for one in facts.adjustments]
        self.exponent = exponent = max([facts.exponent, *exponents])
        self.expected = facts.expected_minor * 10 ** (exponent - facts.exponent)
        self.actual = 0
        self.fees: dict[Fee, int] = {"provider_fee": 0, "network_fee": 0, "developer_fee": 0}
        self.fx_spread = self.rounding_delta = 0
        for part in own:
            minor = part.minor * 10 ** (exponent - part.exponent)
            if part.fee is None:
                self.actual += minor
            else:
                self.fees[part.fee] += minor
        for one in facts.adjustments:
            self._adjust(one.reason, one.minor * 10 ** (exponent - one.exponent))
        for part in other:
            if part.rate is not None:
                worth = Fraction(part.minor, 10**part.exponent) * Fraction(part.rate)
                self.fx_spread += round(worth * 10**exponent)
        explained = sum(self.fees.values()) + self.fx_spread + self.rounding_delta
        unknown = any(part.rate is None for part in other)
        self.delta = None if unknown else self.expected - self.actual - explained

    def _adjust(self, reason: str, minor: int) -> None:
        """Count an adjustment as what it was booked as; the others stay in the delta."""
        if reason == "fee":
            self.fees["provider_fee"] += minor
        elif reason == "fx":
            self.fx_spread += minor
        elif reason == "rounding":
            self.rounding_delta += minor
