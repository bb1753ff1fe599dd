"""Rules of many to one: groups of one side that add up to a record of the other. Pure.

A group is a cohort (identifier) or whole days (date); a group of one counts. Source: semantics of
rollups and sets (docs).
"""

from collections.abc import Sequence

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.by_date import solve_windows
from tieout_matcher.domain.passes.by_identifier import solve_cohorts
from tieout_matcher.domain.passes.proposal import Blocked, Solved
from tieout_matcher.domain.passes.proposing import Asked, in_content_order
from tieout_matcher.domain.rule import Rollup, Rule


def solve_rollups(
    *,
    rule: Rule,
    rule_index: int,
    entries: Sequence[Facts],
    blocked: Blocked,
    only_suggest: bool,
) -> list[Solved]:
    """Propose what a many-to-one rule finds among open entries, and say what it leaves.

    Remarks on a group are about the record that it would add up to.
    """
    asked = Asked(rule=rule, rule_index=rule_index, blocked=blocked, only_suggest=only_suggest)
    rollup = rule.rollup or Rollup()
    ordered = in_content_order(entries, blocked)
    solver = solve_windows if rollup.kind == "date" else solve_cohorts
    return solver(
        asked=asked,
        rollup=rollup,
        members=[one for one in ordered if one.side == asked.many],
        targets=[one for one in ordered if one.side != asked.many],
    )
