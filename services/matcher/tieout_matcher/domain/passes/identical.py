"""Identical entries as one: what is equal in every business field is compared once. Pure."""

from collections import defaultdict
from collections.abc import Sequence

from tieout_contracts.record import Side
from tieout_matcher.domain.facts import Facts

Identical = tuple[Facts, ...]  # of one side, first in first out


def identical(entries: Sequence[Facts]) -> list[Identical]:
    """Gather identical entries, in an order that does not depend on when they arrived."""
    groups: defaultdict[tuple[Side, bytes], list[Facts]] = defaultdict(list)
    for one in entries:
        groups[one.side, one.sameness].append(one)
    return [tuple(sorted(group, key=_arrival)) for _, group in sorted(groups.items())]


def _arrival(facts: Facts) -> tuple[int, int]:
    return facts.entry_no, facts.record_id
