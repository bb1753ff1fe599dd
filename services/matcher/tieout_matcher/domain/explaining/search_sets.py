"""By what an explanation finds counterparts that nearly match: an entry's places in an index.

A set is what entries must be equal in (of a tolerance, near in); within it they are in order of
their amounts, so that the nearest are found at once. Of each alternative of a one-to-one rule there
is the whole and, for each condition, the rest of it: so whatever misses by one condition is found.
Beside these there are the amounts alone, and identities in any currency. Rules of groups have the
sets by which passes gather them; where they gather days these are in order of days.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import NamedTuple

from tieout_matcher.domain.alternatives import Alternative, alternatives
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import Judge, money_of
from tieout_matcher.domain.passes.keys import (
    MAX_BUCKETED,
    Blocking,
    bucket_width,
    identity_blockings,
    set_blockings,
)
from tieout_matcher.domain.passes.proposing import day_reader
from tieout_matcher.domain.rule import Leaf, Rule

MEASURE_BITS = 56
MAX_SETS = 32  # of the first rules; what only further ones would find is not searched for
Measure = Callable[[Facts], int | None]


class Kept(NamedTuple):
    """A place in the index: entries under one key are in order of `measure`."""

    key_hash: int
    measure: int


@dataclass(frozen=True, kw_only=True)
class SearchSet:
    """Entries that are equal in something; one without a measure is not in it."""

    blocking: Blocking
    measure: Measure

    def kept(self, facts: Facts) -> list[Kept]:
        measure = self.measure(facts)
        keys = self.blocking.keys(facts)
        return [] if measure is None else [Kept(key, measure) for key in keys]


@dataclass(frozen=True, kw_only=True)
class Sets:
    """`shape` changes with what the sets compare, so that entries are kept anew."""

    pairs: tuple[SearchSet, ...]
    groups: tuple[tuple[SearchSet, ...], ...]  # for each rule of groups, in order

    @property
    def all(self) -> list[SearchSet]:
        return [*self.pairs, *(one for group in self.groups for one in group)]

    @property
    def shape(self) -> int:
        return _digest(*(one.blocking.prefix for one in self.all))

    def kept(self, facts: Facts) -> list[Kept]:
        """Return an entry's places in the index."""
        return [place for one in self.all for place in one.kept(facts)]

    def probes(self, facts: Facts) -> list[int]:
        """Return the keys under which counterparts of an entry are kept by one-to-one rules."""
        return [key for one in self.pairs for key in one.blocking.probes(facts)]


def search_sets(rules: Sequence[Rule]) -> Sets:
    """Lay out the sets of active rules, in order."""
    one_to_one = [one for one in rules if one.cardinality == "one_to_one"]
    pairs: dict[str, SearchSet] = {}
    for rule in one_to_one:
        for one in (_pair_set(()), *_pair_sets(rule)):
            if len(pairs) < MAX_SETS:
                pairs.setdefault(one.blocking.prefix, one)
    return Sets(
        pairs=tuple(pairs.values()),
        groups=tuple(tuple(_group_sets(one)) for one in rules if one.cardinality != "one_to_one"),
    )


def _pair_sets(rule: Rule) -> Iterator[SearchSet]:
    for way in alternatives(rule.condition):
        leaves = tuple(leaf for leaf in way if _finds(leaf))
        yield _pair_set(leaves)
        for leaf in leaves:
            yield _pair_set(tuple(one for one in leaves if one is not leaf))
    for identity in identity_blockings(rule):
        yield _of_leaves(tuple(judge.leaf for judge in identity.equal), identity)


def _finds(leaf: Leaf) -> bool:
    """Tell whether a condition can be looked up; amounts are in order instead."""
    return not leaf.compares_amounts and (leaf.exact or bucket_width(leaf) is not None)


def _pair_set(way: Alternative) -> SearchSet:
    near = [(leaf, width) for leaf in way if (width := bucket_width(leaf)) is not None]
    blocking = Blocking(
        prefix="",
        equal=tuple(Judge(leaf) for leaf in way if leaf.exact),
        bucketed=tuple((Judge(leaf), width) for leaf, width in near[:MAX_BUCKETED]),
    )
    return _of_leaves(way, blocking)


def _of_leaves(leaves: Alternative, blocking: Blocking) -> SearchSet:
    """Name a set by what it compares: rules that compare the same share it."""
    name = _digest("pair", blocking.equal_currency, *sorted(map(repr, leaves)))
    return SearchSet(blocking=replace(blocking, prefix=f"pair {name}"), measure=_amount)


def _group_sets(rule: Rule) -> Iterator[SearchSet]:
    by_day = rule.rollup is not None and rule.rollup.kind == "date"
    for number, one in enumerate(set_blockings(rule)):
        leaves = [repr(judge.leaf) for judge in one.equal]
        days = rule.group_by[0] if by_day else ""
        name = _digest("group", number, one.gathers or rule.many_side, days, *leaves)
        measure = _day_measure(rule) if by_day else _amount
        yield SearchSet(blocking=replace(one, prefix=f"group {name}"), measure=measure)


def _day_measure(rule: Rule) -> Measure:
    """Count the day by which a rollup gathers a member, and of the record that it adds up to."""
    of_member, of_target = day_reader(rule.group_by[0]), day_reader("date")
    many = "A" if rule.many_side == "a" else "B"
    return lambda facts: (of_member if facts.side == many else of_target)(facts)


def amount_measure(units: int) -> int:
    """Put an amount in order, in 64 bits: exact to 56 binary digits, never out of order.

    PostgreSQL looks nothing but such numbers up by index where it guards rows by organisation.
    """
    size = abs(units)
    bits = size.bit_length()
    below_first = MEASURE_BITS - 1
    placed = bits << below_first | (size << MEASURE_BITS >> bits) & ((1 << below_first) - 1)
    return -placed if units < 0 else placed


def _amount(facts: Facts) -> int:
    return amount_measure(money_of(facts).units)


def _digest(*parts: object) -> int:
    content = repr(parts).encode()
    return int.from_bytes(blake2b(content, digest_size=8).digest(), signed=True)
