"""Rules of many to many: sets of entries of both sides that add up to each other. Pure.

Within a block (what the rule wants equal) a set ties when all conditions hold between each of its
members of side A and each of side B, and the sums agree. It stands unless a smaller set that
stands lies in it and is as near, or leaves a rest that ties. What the search over all sets finds
is one of three answers:
- exact: no other set that stands wants any of the same entries; accepted;
- ambiguous: some do; the nearest, then smallest, are suggested, never accepted;
- budget exhausted: too many to look at; nothing is proposed.
Identical entries count as one kind: the first ones go first, and a set of kinds may come several
times. A set that a person took apart is not proposed, nor is a larger one in its place.
Source: semantics of rollups and sets (docs).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.keys import Position, set_blockings
from tieout_matcher.domain.passes.proposal import Blocked, Solved
from tieout_matcher.domain.passes.proposing import Asked, in_content_order
from tieout_matcher.domain.passes.set_blocks import SetBlock
from tieout_matcher.domain.passes.subsets import BudgetExhaustedError
from tieout_matcher.domain.passes.terms import Terms
from tieout_matcher.domain.rule import Rule

MAX_CANDIDATES = 24


def solve_sets(
    *,
    rule: Rule,
    rule_index: int,
    entries: Sequence[Facts],
    blocked: Blocked,
    only_suggest: bool,
) -> list[Solved]:
    """Propose what a many-to-many rule finds among open entries, and say what is too much."""
    asked = Asked(rule=rule, rule_index=rule_index, blocked=blocked, only_suggest=only_suggest)
    (blocking,) = set_blockings(rule)
    positions = {one.record_id: blocking.position(one) for one in entries}
    apart = _within_blocks(blocked, positions)
    blocks: defaultdict[Position, list[Facts]] = defaultdict(list)
    for one in in_content_order(entries, apart):
        position = positions[one.record_id]
        if position is not None:
            blocks[position].append(one)
    terms = Terms(rule)
    alone = {record for sides in apart for side in sides for record in side}
    solved: list[Solved] = []
    for block in blocks.values():
        if len({one.side for one in block}) == 1:
            continue
        if len(block) > MAX_CANDIDATES:
            solved += [asked.remark(one, "block_too_large") for one in block]
            continue
        try:
            solved += SetBlock(asked=asked, terms=terms, block=block, alone=alone).solve()
        except BudgetExhaustedError:
            solved += [asked.remark(one, "budget_exhausted") for one in block]
    return solved


def _within_blocks(blocked: Blocked, positions: Mapping[int, Position | None]) -> Blocked:
    """Return the sets taken apart that could be made again: of one block, and all there."""
    return frozenset(
        (a, b) for a, b in blocked if len({positions.get(record) for record in (*a, *b)}) == 1
    )
