"""Which open entries belong to a pass together: what an edge leads to. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from tieout_contracts.record import Side
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.keys import Position, identity_blockings, near, set_blockings
from tieout_matcher.domain.passes.proposal import Blocked
from tieout_matcher.domain.passes.ways import MAX_BLOCK_PAIRS, Values, Way, ways_of
from tieout_matcher.domain.rule import Rule

# From what is there and what was found to the found ones that an edge leads to.
Link = Callable[[Sequence[Facts], Sequence[Facts]], Iterator[Facts]]
OPPOSITE: Mapping[Side, Side] = {"A": "B", "B": "A"}


def linked(
    *, rules: Sequence[Rule], frontier: Sequence[Facts], found: Sequence[Facts]
) -> list[Facts]:
    """Return what of `found` has an edge to something of `frontier`, in the order given.

    An edge is a pair that a one-to-one rule would take, two entries of one identity under such a
    rule, or a shared block of a rule of sets. Of a block that is too large to be judged everything
    is linked: what solves it says so.
    """
    known = _one_of_each(frontier)
    left = _one_of_each(found)
    reached: set[tuple[str, bytes]] = set()
    for link in _links(rules):
        reached.update(map(_kind, link(known, left)))
        left = [one for one in left if _kind(one) not in reached]
    return [one for one in found if _kind(one) in reached]


def blocked_edges(*, rules: Sequence[Rule], entries: Sequence[Facts], blocked: Blocked) -> Blocked:
    """Leave out the blocked pairs that no edge leads between, and those not of these entries.

    No rule would make them; which of them are known depends on what is tried together. What is no
    pair is kept: a larger set, or an entry that was matched by force alone.
    """
    there = {one.record_id: one for one in entries} if blocked else {}
    links = _links(rules) if blocked else []
    return frozenset(
        (a, b)
        for a, b in blocked
        if len(a) != 1
        or len(b) != 1
        or (
            {a[0], b[0]} <= there.keys()
            and any(any(True for _ in link([there[a[0]]], [there[b[0]]])) for link in links)
        )
    )


def _links(rules: Sequence[Rule]) -> list[Link]:
    return [link for rule in rules for link in _links_of(rule)]


def _links_of(rule: Rule) -> list[Link]:
    if rule.cardinality != "one_to_one":
        return [_by_block(blocking.position) for blocking in set_blockings(rule)]
    by_pair = [_by_pair(way) for way in ways_of(rule)]
    return by_pair + [_by_identity(one.position) for one in identity_blockings(rule)]


def _by_pair(way: Way) -> Link:
    def link(known: Sequence[Facts], found: Sequence[Facts]) -> Iterator[Facts]:
        places = _placed(way, known)
        for (side, position), block in _placed(way, found).items():
            opposite = [
                values
                for place in near(position)
                for _, values in places.get((OPPOSITE[side], place), ())
            ]
            yield from _judged(way, block, opposite)

    return link


def _placed(
    way: Way, entries: Sequence[Facts]
) -> Mapping[tuple[Side, Position], list[tuple[Facts, Values]]]:
    """Group entries by where pairs are looked for; those that lack a value are in none."""
    places = defaultdict(list)
    for one in entries:
        position, values = way.position(one), way.values(one)
        if position is not None and values is not None:
            places[one.side, position].append((one, values))
    return places


def _judged(
    way: Way, block: Sequence[tuple[Facts, Values]], opposite: Sequence[Values]
) -> Iterator[Facts]:
    too_large = len(block) * len(opposite) > MAX_BLOCK_PAIRS
    for one, values in block:
        if too_large or any(
            way.holds(values, other) if one.side == "A" else way.holds(other, values)
            for other in opposite
        ):
            yield one


def _by_identity(position: Callable[[Facts], Position | None]) -> Link:
    def link(known: Sequence[Facts], found: Sequence[Facts]) -> Iterator[Facts]:
        places = {(one.side, position(one)) for one in known}
        for one in found:
            place = position(one)
            if place is not None and (OPPOSITE[one.side], place) in places:
                yield one

    return link


def _by_block(position: Callable[[Facts], Position | None]) -> Link:
    def link(known: Sequence[Facts], found: Sequence[Facts]) -> Iterator[Facts]:
        places = {position(one) for one in known} - {None}
        return (one for one in found if position(one) in places)

    return link


def _kind(facts: Facts) -> tuple[str, bytes]:
    return facts.side, facts.sameness


def _one_of_each(entries: Sequence[Facts]) -> list[Facts]:
    """Keep one of identical entries: the others have the same edges."""
    return list({_kind(one): one for one in entries}.values())
