"""What a rule says of two groups held against each other, and an engine-free reading of both.

Conditions are judged one pair of records at a time, amounts as one record of the sum.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tieout_contracts.record import Fields
from tieout_matcher.domain.rule import Leaf, Rollup
from unit.matcher.builders import some_fields
from unit.matcher.group_cases import changed
from unit.matcher.naive_pairs import judge, ways
from unit.matcher.pair_cases import Case, Open, pass_rule

Group = Sequence[Open]


@dataclass(frozen=True, kw_only=True)
class Found:
    side_a: Group
    side_b: Group
    ambiguous: bool


class Naive:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.rule = case.rules[0]
        self.rollup = self.rule.rollup or Rollup()
        many = "A" if self.rule.many_side == "a" else "B"
        # What two entries say alike is alike here: the engine orders by its JSON.
        self.content = {one.record_id: one.sameness for one in case.facts()}
        ordered = sorted(case.entries, key=self.order)
        self.members = [one for one in ordered if one.side == many]
        self.targets = [one for one in ordered if one.side != many]

    def order(self, one: Open) -> tuple[date, bytes, list[list[bytes]], int]:
        return one.fields.date, self.content[one.record_id], self.taken_apart(one), one.record_id

    def taken_apart(self, one: Open) -> list[list[bytes]]:
        """Spell the sets that a person took apart and this is in."""
        return sorted(
            sorted(self.content[record] for side in sides for record in side)
            for sides in self.case.blocked
            if one.record_id in (*sides[0], *sides[1])
        )

    def score(self, side_a: Group, side_b: Group) -> int | None:
        """Score two groups by the rule's best alternative; None when none holds."""
        if len({one.fields.currency for one in (*side_a, *side_b)}) > 1:
            return None
        scores = [self._mean(way, side_a, side_b) for way in ways(self.rule.condition)]
        return max((math.floor(100 * one) for one in scores if one is not None), default=None)

    def fits(self, members: Group, target: Open) -> bool:
        side_a, side_b = self.sides(members, target)
        blocked = (ids(side_a), ids(side_b)) in self.case.blocked
        return not blocked and self.score(side_a, side_b) is not None

    def sides(self, members: Group, target: Open) -> tuple[Group, Group]:
        return (members, [target]) if self.rule.many_side == "a" else ([target], members)

    def apart(self, side_a: Group, side_b: Group) -> Fraction:
        return abs(self.total(side_a) - self.total(side_b))

    def total(self, group: Group) -> Fraction:
        return sum((self._counted(one) for one in group), Fraction(0))

    def said(self, one: Open, names: Sequence[str]) -> tuple[str, ...] | None:
        """Spell the currency and some fields; None when one is missing."""
        texts = [one.fields.currency]
        for name in names:
            first, _, inner = name.partition(".")
            value = getattr(one.fields, first)
            texts.append(value.get(inner) if inner else value)
        return None if None in texts else tuple(map(str, texts))

    def _mean(self, way: frozenset[Leaf], side_a: Group, side_b: Group) -> Fraction | None:
        """Return the weighted mean of the conditions of one alternative."""
        if self.apart(side_a, side_b) and not any(leaf.key == "amount" for leaf in way):
            return None
        total = weights = Fraction(0)
        for leaf in way:
            weight = 4 if leaf.key == "amount" else 2 if leaf.compares_dates else 3
            found = self._closeness(leaf, side_a, side_b)
            if found is None:
                return None
            total, weights = total + weight * found, weights + weight
        return total / weights

    def _closeness(self, leaf: Leaf, side_a: Group, side_b: Group) -> Fraction | None:
        if leaf.key == "amount":
            return _alone(leaf, self._summed(side_a), self._summed(side_b))
        found = [
            _alone(leaf, _of_nothing(a.fields), _of_nothing(b.fields))
            for a in side_a
            for b in side_b
        ]
        there = [one for one in found if one is not None]
        return min(there) if len(there) == len(found) else None

    def _summed(self, group: Group) -> Fields:
        """Make one record of a group: its sum, in the finest exponent."""
        exponent = max(one.fields.exponent for one in group)
        minor = int(self.total(group) * 10**exponent)
        direction = "credit" if minor >= 0 else "debit"
        return some_fields(str(abs(minor)), exponent=exponent, direction=direction)

    def _counted(self, one: Open) -> Fraction:
        amount = Fraction(one.fields.signed_minor, 10**one.fields.exponent)
        if self.case.sign_mode == "absolute":
            return abs(amount)
        return -amount if self.case.sign_mode == "opposite" and one.side == "B" else amount


def _alone(leaf: Leaf, one: Fields, two: Fields) -> Fraction | None:
    """Judge one condition between two records."""
    held = judge(pass_rule(leaf), one, two, "same")
    return None if held is None else held.score


def _of_nothing(fields: Fields) -> Fields:
    """Leave the amount out: it is judged as a sum."""
    return changed(fields, amount_minor="0")


def ids(group: Group) -> tuple[int, ...]:
    return tuple(sorted(one.record_id for one in group))
