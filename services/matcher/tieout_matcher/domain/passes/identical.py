"""Identical entries as one: what is equal in every business field is compared once. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.proposal import Blocked

Identical = tuple[Facts, ...]  # of one side, first in first out
BlockedPairs = frozenset[tuple[int, int]]  # (record of A, record of B)


def blocked_pairs(blocked: Blocked, entries: Sequence[Facts]) -> BlockedPairs:
    """Return which two of these entries may not be paired."""
    there = {one.record_id for one in entries}
    return frozenset(
        (a[0], b[0])
        for a, b in blocked
        if len(a) == len(b) == 1 and a[0] in there and b[0] in there
    )


def identical(entries: Sequence[Facts], apart: BlockedPairs) -> list[Identical]:
    """Gather identical entries, in an order that does not depend on when they arrived.

    An entry that may not be paired with some other stands alone: it is not like its equals.
    """
    groups: defaultdict[Any, list[Facts]] = defaultdict(list)
    ranks = _ranks(entries, apart)
    for one in entries:
        rank = ranks.get(one.record_id)
        alone = (rank, one.entry_no, one.record_id) if rank is not None else ()
        groups[one.side, one.sameness, alone].append(one)
    return [
        tuple(sorted(group, key=lambda one: (one.entry_no, one.record_id)))
        for _, group in sorted(groups.items())
    ]


def _ranks(entries: Sequence[Facts], apart: BlockedPairs) -> Mapping[int, int]:
    """Rank the entries of blocked pairs by what they are and what they are kept from.

    Ranks are refined by those of the others until they tell no more apart, so that they follow
    from content alone.
    """
    others: defaultdict[int, list[int]] = defaultdict(list)
    for a, b in apart:
        others[a].append(b)
        others[b].append(a)
    content: Mapping[int, Any] = {
        one.record_id: (one.side, one.sameness) for one in entries if one.record_id in others
    }
    ranks = _ranked(content)
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
