"""Where counterparts of an open entry are found: a rule's alternatives as keys.

A key is an index, nothing more: what shares one is judged by the rule's conditions. Equalities
(transforms applied) and amounts that must be equal go into a key whole; of absolute tolerances on
the amount or on days the first two go in as the number of a bucket as wide as twice the tolerance,
and the neighbouring buckets are probed. Currency and direction alone make no key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from hashlib import blake2b
from itertools import product
from typing import Any

from tieout_contracts.money import MAX_EXPONENT
from tieout_contracts.record import Side
from tieout_matcher.domain.alternatives import Alternative, alternatives
from tieout_matcher.domain.facts import Facts, at_exponent
from tieout_matcher.domain.judging import Judge, Money, judge_of
from tieout_matcher.domain.rule import Group, Leaf, Rule

MAX_BUCKETED = 2
Part = Any  # a text, a number, a date, or the number of a bucket
# What an entry must be equal in, and for each bucketed tolerance its bucket; None: has no key.
Position = tuple[tuple[Part, ...], tuple[int, ...]]


@dataclass(frozen=True, kw_only=True)
class Blocking:
    """How entries are found by one alternative of a rule, or by the identity in it.

    One that `gathers` a side finds what belongs together on that side; the other has no part.
    """

    prefix: str
    equal: tuple[Judge, ...]
    bucketed: tuple[tuple[Judge, Fraction], ...] = ()
    equal_amounts: bool = False
    equal_currency: bool = True
    gathers: Side | None = None

    @property
    def usable(self) -> bool:
        names = {judge.leaf.key for judge in self.equal} - {"currency", "direction"}
        return bool(names or self.bucketed or self.equal_amounts)

    def position(self, facts: Facts) -> Position | None:
        """Place an entry; None when it lacks a value that the alternative needs."""
        if self.gathers not in (None, facts.side):
            return None
        parts: list[Part] = [facts.currency] if self.equal_currency else []
        if self.equal_amounts:
            parts.append(at_exponent(facts, MAX_EXPONENT))
        for judge in self.equal:
            value = _read(judge, facts)
            if value is None:
                return None
            parts.append(value.units if judge.leaf.compares_amounts else value)
        buckets = []
        for judge, width in self.bucketed:
            value = _read(judge, facts)
            if value is None:
                return None
            buckets.append(_number(value) // width)
        return tuple(parts), tuple(buckets)

    def keys(self, facts: Facts) -> list[int]:
        """Return the keys under which an entry is kept: one or none."""
        found = self.position(facts)
        return [] if found is None else [self._key(found, facts.side)]

    def probes(self, facts: Facts) -> list[int]:
        """Return the keys under which counterparts of an entry are kept."""
        found = self.position(facts)
        if found is None:
            return []
        other: Side = "B" if facts.side == "A" else "A"
        return [self._key(one, self.gathers or other) for one in near(found)]

    def _key(self, position: Position, side: Side) -> int:
        content = repr((self.prefix, side, position)).encode()
        return int.from_bytes(blake2b(content, digest_size=8).digest(), signed=True)


def near(position: Position) -> Iterator[Position]:
    """Yield a position and its neighbours in each bucketed measure."""
    equal, buckets = position
    for steps in product((0, -1, 1), repeat=len(buckets)):
        yield equal, tuple(map(sum, zip(buckets, steps, strict=True)))


def pair_blockings(rule: Rule) -> list[Blocking]:
    """Return how a one-to-one rule finds pairs, an item for each of its alternatives."""
    return [
        _of_alternative(rule, number, way)
        for number, way in enumerate(alternatives(rule.condition))
    ]


@lru_cache(maxsize=256)
def identity_blockings(rule: Rule) -> Sequence[Blocking]:
    """Return how a one-to-one rule finds what has the same identity, whatever the rest says."""
    if rule.cardinality != "one_to_one":
        return ()
    found = {}
    for number, way in enumerate(alternatives(rule.condition)):
        leaves = tuple(leaf for leaf in way if leaf.identifies)
        if leaves and leaves not in found:
            found[leaves] = Blocking(
                prefix=_prefix(rule, f"identity{number}"),
                equal=tuple(map(judge_of, leaves)),
                equal_currency=False,
            )
    return tuple(found.values())


def set_blockings(rule: Rule) -> list[Blocking]:
    """Return how a rule of rollups or sets finds what it decides together.

    A day is taken whole, so in date mode only a segment, equal on both sides, tells members
    apart. A cohort is taken whole too, whatever else its members say: it is found by its group
    key on its own side, and its counterparts by the equalities of each alternative.
    """
    if rule.cardinality == "many_to_many":
        return [_of_equalities(rule, "set", equalities(rule))]
    if rule.rollup is None or rule.rollup.kind == "date":
        return [_of_equalities(rule, "segment", fields(rule.group_by[1:]))]
    many: Side = "A" if rule.many_side == "a" else "B"
    cohorts = replace(_of_equalities(rule, "cohort", fields(rule.group_by)), gathers=many)
    ways = enumerate(map(exact_conditions, alternatives(rule.condition)))
    return [cohorts, *(_of_equalities(rule, f"way{number}", way) for number, way in ways)]


def equalities(rule: Rule) -> tuple[Leaf, ...]:
    """Return what every group of a rule has equal for sure: with OR nothing is sure."""
    ways = alternatives(rule.condition)
    return exact_conditions(ways[0]) if len(ways) == 1 else ()


def exact_conditions(way: Alternative) -> tuple[Leaf, ...]:
    """Return an alternative's equalities, amounts aside: these are compared as sums."""
    return tuple(leaf for leaf in way if leaf.exact and not leaf.compares_amounts)


def fields(names: Sequence[str]) -> tuple[Leaf, ...]:
    """Return conditions that fields are equal on both sides."""
    return tuple(Leaf(key=name, value=name) for name in names)


def blockings(rule: Rule) -> list[Blocking]:
    """Return every way in which a pass finds what may belong together by a rule."""
    if rule.cardinality != "one_to_one":
        return set_blockings(rule)
    return [*(one for one in pair_blockings(rule) if one.usable), *identity_blockings(rule)]


def unusable_paths(rule: Rule) -> Sequence[int]:
    """Return the alternatives of a one-to-one rule that no key finds: they need a batch run."""
    if rule.cardinality != "one_to_one":
        return []
    return [number for number, one in enumerate(pair_blockings(rule)) if not one.usable]


def findable(rule: Rule) -> Rule | None:
    """Return a rule with those alternatives alone that keys find; None when there are none.

    What a pass over less than everything finds by the others would depend on what happens to be
    tried together.
    """
    unusable = unusable_paths(rule)
    if not unusable:
        return rule
    ways = [
        Group(operand="and", children=way)
        for number, way in enumerate(alternatives(rule.condition))
        if number not in unusable
    ]
    if not ways:
        return None
    return replace(rule, condition=Group(operand="or", children=tuple(ways)))


def _of_alternative(rule: Rule, number: int, way: Alternative) -> Blocking:
    equal: list[Judge] = []
    bucketed: list[tuple[Judge, Fraction]] = []
    for leaf in way:
        if leaf.exact:
            equal.append(judge_of(leaf))
        elif (width := bucket_width(leaf)) and len(bucketed) < MAX_BUCKETED:
            bucketed.append((judge_of(leaf), width))
    return Blocking(
        prefix=_prefix(rule, str(number)),
        equal=tuple(equal),
        bucketed=tuple(bucketed),
        equal_amounts=not any(leaf.compares_amounts for leaf in way),
    )


def _of_equalities(rule: Rule, name: str, leaves: Sequence[Leaf]) -> Blocking:
    return Blocking(prefix=_prefix(rule, name), equal=tuple(map(judge_of, leaves)))


@lru_cache(maxsize=1024)
def bucket_width(leaf: Leaf) -> Fraction | None:
    """Return the width of a bucket: twice an absolute tolerance; None where there is none."""
    if leaf.tolerance is None or leaf.tolerance.unit not in ("dollar", "day"):
        return None
    width = 2 * Fraction(leaf.tolerance.amount)
    return width * 10**MAX_EXPONENT if leaf.compares_amounts else width


def _prefix(rule: Rule, name: str) -> str:
    return f"{rule.rule_id}.{rule.version}.{name}"


def _read(judge: Judge, facts: Facts) -> Any:
    return judge.read_a(facts) if facts.side == "A" else judge.read_b(facts)


def _number(value: Any) -> int | Fraction:
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, Money):
        return value.units
    number: Fraction = value
    return number
