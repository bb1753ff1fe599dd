"""Rules of rollups and sets, open entries for them, and what solving gives, short to write."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tieout_contracts.record import Side
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.proposal import Blocked, Proposal, Remark, Solved
from tieout_matcher.domain.passes.rollups import solve_rollups
from tieout_matcher.domain.passes.sets import solve_sets
from tieout_matcher.domain.rule import Leaf, Rollup, Rule
from unit.matcher.builders import DAY
from unit.matcher.pair_cases import leaf, open_entries, pass_rule

SUM = leaf("amount")


def by_date(
    *leaves: Leaf, lookback: int | None = None, group_by: str = "date", **more: Any
) -> Rule:
    """Make a rollup by date; `group_by` is written with spaces."""
    fields = tuple(group_by.split())
    rollup = Rollup(lookback_days=lookback, date_field=fields[0] if lookback else None)
    return _many_to_one(leaves, rollup, fields, more)


def by_identifier(
    *leaves: Leaf, lookback: int | None = None, group_by: str = "metadata.batch", **more: Any
) -> Rule:
    rollup = Rollup(
        kind="identifier", lookback_days=lookback, date_field="date" if lookback else None
    )
    return _many_to_one(leaves, rollup, tuple(group_by.split()), more)


def of_sets(*leaves: Leaf, **more: Any) -> Rule:
    shape = {"cardinality": "many_to_many", "search": "subset_sum"} | more
    return pass_rule(*(leaves or [SUM]), **shape)


def _many_to_one(
    leaves: Sequence[Leaf], rollup: Rollup, group_by: tuple[str, ...], more: dict[str, Any]
) -> Rule:
    shape = {"cardinality": "many_to_one", "rollup": rollup, "group_by": group_by} | more
    return pass_rule(*(leaves or [SUM]), **shape)


def entries(*given: str, **fields: Any) -> list[Facts]:
    """Make open entries, records 101 and on, of `A 10.00 +1`: side, amount, days after the first.

    Further words are fields: `reference=r` or `batch=7`, which is metadata.
    """
    return open_entries(*(_entry(one, fields) for one in given))


def _entry(written: str, fields: dict[str, Any]) -> tuple[Side, dict[str, Any]]:
    side, amount, *words = written.split()
    said: dict[str, Any] = {"date": DAY, "metadata": {}} | fields
    for word in words:
        name, _, value = word.partition("=")
        if not value:
            said["date"] = DAY + timedelta(days=int(word))
        elif name in ("batch", "day"):
            said["metadata"] = said["metadata"] | {name: value}
        else:
            said[name] = value
    digits = amount.lstrip("-").replace(".", "")
    said |= {"amount_minor": digits, "direction": "debit" if amount[0] == "-" else "credit"}
    return ("A" if side == "A" else "B"), said


def solve(
    rule: Rule,
    given: Sequence[Facts],
    *,
    blocked: Blocked = frozenset(),
    only_suggest: bool = False,
) -> list[Solved]:
    solver = solve_sets if rule.cardinality == "many_to_many" else solve_rollups
    return solver(
        rule=rule, rule_index=0, entries=given, blocked=blocked, only_suggest=only_suggest
    )


def proposals(solved: Sequence[Solved]) -> list[Proposal]:
    return [one for part in solved for one in part.proposals]


def remarks(solved: Sequence[Solved]) -> list[Remark]:
    return [one for part in solved for one in part.remarks]


def found(rule: Rule, given: Sequence[Facts], **more: Any) -> list[str]:
    """Solve to lines such as `101 102 = 103 ambiguous`, in order."""
    return sorted(line(one) for one in proposals(solve(rule, given, **more)))


def line(one: Proposal) -> str:
    side_a, side_b = (
        " ".join(str(entry.record_id) for entry in side) for side in (one.side_a, one.side_b)
    )
    return f"{side_a} = {side_b}" + (f" {one.doubt}" if one.doubt else "")


def said(rule: Rule, given: Sequence[Facts], **more: Any) -> list[str]:
    """Solve to the remarks, such as `103 rollup_incomplete 0.50 EUR less`."""
    return sorted(
        f"{one.record_id} {one.code}" + (f" {one.difference}" if one.difference else "")
        for one in remarks(solve(rule, given, **more))
    )


def mirrored(rule: Rule) -> Rule:
    """Exchange the sides of a rule of groups whose conditions name one field each."""
    return replace(rule, many_side="b" if rule.many_side == "a" else "a")
