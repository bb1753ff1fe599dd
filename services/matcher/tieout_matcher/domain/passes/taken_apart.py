"""Pairs that a person took apart: their entries are not like their equals any more. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate, product
from typing import Any

from tieout_matcher.domain.passes.candidates import Edge
from tieout_matcher.domain.passes.identical import Identical
from tieout_matcher.domain.passes.proposal import Blocked

Pairs = frozenset[tuple[int, int]]  # (record of A, record of B)


def without_blocked(
    *, known: Sequence[Identical], edges: Sequence[Edge], blocked: Blocked
) -> tuple[list[Identical], list[Edge]]:
    """Take blocked pairs out of the edges; their entries then stand alone, each in its own place.

    So it does not depend on arrival which of identical entries go, when they are not blocked from
    the same.
    """
    apart = _apart(known, blocked)
    if not apart:
        return list(known), list(edges)
    ranks = _ranks(known, apart)
    parts = [_parted(group, ranks) for group in known]
    split = [group for groups in parts for group in groups]
    ends = list(accumulate(map(len, parts)))
    places = [range(end - len(groups), end) for groups, end in zip(parts, ends, strict=True)]
    left = [
        edge._replace(a=a, b=b)
        for edge in edges
        for a, b in product(places[edge.a], places[edge.b])
        if (split[a][0].record_id, split[b][0].record_id) not in apart
    ]
    return split, left


def _apart(known: Sequence[Identical], blocked: Blocked) -> Pairs:
    there = {one.record_id for group in known for one in group} if blocked else set()
    return frozenset(
        (a[0], b[0]) for a, b in blocked if len(a) == len(b) == 1 and {a[0], b[0]} <= there
    )


def _parted(group: Identical, ranks: Mapping[int, int]) -> list[Identical]:
    """Part identical entries into those that nobody touched and, each alone, the others."""
    untouched = tuple(one for one in group if one.record_id not in ranks)
    alone = sorted(
        (one for one in group if one.record_id in ranks), key=lambda one: ranks[one.record_id]
    )
    return ([untouched] if untouched else []) + [(one,) for one in alone]


def _ranks(known: Sequence[Identical], apart: Pairs) -> Mapping[int, int]:
    """Rank the entries of blocked pairs by what they are and what they are kept from.

    Ranks are refined by those of the others until they tell no more apart, so that they follow
    from content alone; what they leave equal keeps its order.
    """
    others: defaultdict[int, list[int]] = defaultdict(list)
    for a, b in apart:
        others[a].append(b)
        others[b].append(a)
    places: Mapping[int, Any] = {
        one.record_id: place
        for place, group in enumerate(known)
        for one in group
        if one.record_id in others
    }
    ranks = _ranked(places)
    while True:
        finer = _ranked(
            {
                record: (rank, sorted(ranks[other] for other in others[record]))
                for record, rank in ranks.items()
            }
        )
        if len(set(finer.values())) == len(set(ranks.values())):
            return finer
        ranks = finer


def _ranked(values: Mapping[int, Any]) -> Mapping[int, int]:
    """Give each value its place in their order, equal ones the same."""
    ordered = sorted(values.items(), key=lambda item: item[1])
    ranks: dict[int, int] = {}
    rank, before = 0, None
    for record, value in ordered:
        rank += value != before
        ranks[record], before = rank, value
    return ranks
