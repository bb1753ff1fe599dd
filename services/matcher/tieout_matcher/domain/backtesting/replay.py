"""The past decided again by other rules, as if they had been in force from the start. Pure.

Entries are decided on arrival in entry order, then passes solve what is left as one whole. What no
key finds is tried where runs decide, and only there. Nothing is known of what people took apart:
that came later.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from tieout_contracts.config_events import SignMode
from tieout_matcher.domain.backtesting.past import PastEntry
from tieout_matcher.domain.decide import Entry, decide
from tieout_matcher.domain.facts import facts_of
from tieout_matcher.domain.passes.keys import findable
from tieout_matcher.domain.passes.solve import solve
from tieout_matcher.domain.plan import RuleSet, compile_rules
from tieout_matcher.domain.rule import Rule
from tieout_matcher.domain.rule_split import Split

NEVER = datetime(9999, 12, 31, tzinfo=UTC)  # nothing becomes overdue here


class Made(NamedTuple):
    """A match that the rules make, by record ids; what is not `accepted` is suggested."""

    rule_id: int
    side_a: tuple[int, ...]
    side_b: tuple[int, ...]
    accepted: bool

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Every record of side A with every one of side B."""
        return [(a, b) for a in self.side_a for b in self.side_b]


def replay(
    *, rules: Split, entries: Sequence[PastEntry], sign_mode: SignMode, in_runs: bool = False
) -> list[Made]:
    """Decide entries by rules; matches in the order in which they are made.

    `in_runs`: runs alone decide.
    """
    in_order = sorted(entries, key=lambda one: one.entry_no)
    made = _on_arrival(rules.arrival, in_order, sign_mode)
    gone = {record for one in made for record in (*one.side_a, *one.side_b)}
    left = [one for one in in_order if one.record_id not in gone]
    found = rules.passes if in_runs else map(findable, rules.passes)
    return made + _in_passes([one for one in found if one is not None], left, sign_mode)


def _on_arrival(
    rules: Sequence[Rule], entries: Sequence[PastEntry], sign_mode: SignMode
) -> list[Made]:
    if not rules:
        return []
    compiled = compile_rules(rules, sign_mode=sign_mode)
    decision = decide(
        rules=compiled, arrivals=[_arriving(one, compiled) for one in entries], candidates=()
    )
    return [
        Made(
            rule_id=compiled.rules[pair.rule_index].rule.rule_id,
            side_a=(pair.members[0].record_id,),
            side_b=(pair.members[1].record_id,),
            accepted=True,
        )
        for pair in decision.outcomes
        if pair is not None
    ]


def _arriving(one: PastEntry, rules: RuleSet) -> Entry:
    return Entry(
        record_id=one.record_id,
        entry_no=one.entry_no,
        version=1,
        stream_id=0,
        side=one.side,
        overdue_at=NEVER,
        texts=rules.texts(one.fields, one.side),
        fields=one.fields,
    )


def _in_passes(
    rules: Sequence[Rule], entries: Sequence[PastEntry], sign_mode: SignMode
) -> list[Made]:
    if not rules:
        return []
    facts = [
        facts_of(
            record_id=one.record_id,
            entry_no=one.entry_no,
            side=one.side,
            fields=one.fields,
            sign_mode=sign_mode,
        )
        for one in entries
    ]
    solved = solve(rules=rules, active=(), entries=facts)
    return [
        Made(
            rule_id=rules[found.rule_index].rule_id,
            side_a=tuple(one.record_id for one in found.side_a),
            side_b=tuple(one.record_id for one in found.side_b),
            accepted=found.doubt is None,
        )
        for part in solved
        for found in part.proposals
    ]
