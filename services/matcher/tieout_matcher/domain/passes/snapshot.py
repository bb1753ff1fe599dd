"""What crosses to the process that solves, and back: rows as they are stored, findings by record.

The functions here run in that process; they are pure, and their arguments and answers are small
to pack: fields stay bytes until they are there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Side
from tieout_matcher.domain.facts import Facts, facts_of
from tieout_matcher.domain.passes.finder import Finder
from tieout_matcher.domain.passes.keys import findable, identity_blockings
from tieout_matcher.domain.passes.links import linked
from tieout_matcher.domain.passes.proposal import (
    Blocked,
    Doubt,
    FoundKind,
    Proposal,
    Remark,
)
from tieout_matcher.domain.passes.solve import solve
from tieout_matcher.domain.rule import Rule


class OpenRow(NamedTuple):
    """An open entry as it is stored; `left_minor` is null unless it is partly matched."""

    record_id: int
    entry_no: int
    side: Side
    fields: bytes
    left_minor: str | None


@dataclass(frozen=True, kw_only=True)
class PassRules:
    """What a pass decides by: `tried` in order; `active` also those that decide on arrival."""

    tried: tuple[Rule, ...]
    active: tuple[Rule, ...]
    sign_mode: SignMode

    @property
    def findable(self) -> tuple[Rule, ...]:
        """Of what is tried what keys find: all that is used on less than everything."""
        return tuple(found for rule in self.tried if (found := findable(rule)) is not None)

    @property
    def needed(self) -> bool:
        """Tell whether a pass could find anything at all."""
        return bool(self.tried) or any(identity_blockings(rule) for rule in self.active)


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Open entries of one reconciliation at one moment, and what may not be made of them.

    `everything`: there are no others, so also what no key finds can be tried.
    """

    rules: PassRules
    rows: tuple[OpenRow, ...]
    everything: bool
    blocked: Blocked = frozenset()
    only_suggest: bool = False


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A match to make, by record ids; `difference_minor` is what side A has beyond side B."""

    rule: Rule
    side_a: tuple[int, ...]
    side_b: tuple[int, ...]
    kind: FoundKind
    score: int
    candidates: int
    doubt: Doubt | None
    others: tuple[int, ...]
    greedy: bool
    difference_minor: int
    exponent: int
    currency: str

    @property
    def members(self) -> tuple[int, ...]:
        """Side A first."""
        return (*self.side_a, *self.side_b)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Records decided together: applied whole, or tried again when one is gone."""

    records: tuple[int, ...]
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]


def find(snapshot: Snapshot) -> list[Group]:
    """Solve a snapshot; groups in the order in which they must be applied."""
    rules = snapshot.rules
    tried = rules.tried if snapshot.everything else rules.findable
    solved = solve(
        rules=tried,
        active=rules.active,
        entries=[facts_of_row(row, rules.sign_mode) for row in snapshot.rows],
        blocked=snapshot.blocked,
        only_suggest=snapshot.only_suggest,
    )
    return [
        Group(
            records=one.entries,
            findings=tuple(_finding(found, tried) for found in one.proposals),
            remarks=one.remarks,
        )
        for one in solved
    ]


def follow(rules: PassRules, frontier: Sequence[OpenRow], found: Sequence[OpenRow]) -> list[int]:
    """Return the records of `found` that may be decided together with some of the frontier."""
    arrival = (one for one in rules.active if one not in rules.tried)
    links = linked(
        rules=(*rules.findable, *arrival),
        frontier=[facts_of_row(row, rules.sign_mode) for row in frontier],
        found=[facts_of_row(row, rules.sign_mode) for row in found],
    )
    return [one.record_id for one in links]


def keys_of(rules: PassRules, rows: Sequence[OpenRow]) -> list[tuple[int, int, list[int]]]:
    """Return (entry, record, keys) of open entries."""
    finder = Finder(tried=rules.tried, active=rules.active)
    return [
        (row.entry_no, row.record_id, finder.keys(facts_of_row(row, rules.sign_mode)))
        for row in rows
    ]


def probes_of(rules: PassRules, rows: Sequence[OpenRow]) -> list[int]:
    """Return the keys under which neighbours of these entries are kept."""
    finder = Finder(tried=rules.tried, active=rules.active)
    found = {key for row in rows for key in finder.probes(facts_of_row(row, rules.sign_mode))}
    return sorted(found)


def facts_of_row(row: OpenRow, sign_mode: SignMode) -> Facts:
    """Read an open entry's row; of one partly matched what is left counts."""
    return facts_of(
        record_id=row.record_id,
        entry_no=row.entry_no,
        side=row.side,
        fields=row.fields,
        sign_mode=sign_mode,
        left_minor=None if row.left_minor is None else int(row.left_minor),
    )


def _finding(found: Proposal, rules: Sequence[Rule]) -> Finding:
    return Finding(
        rule=rules[found.rule_index],
        side_a=tuple(one.record_id for one in found.side_a),
        side_b=tuple(one.record_id for one in found.side_b),
        kind=found.kind,
        score=found.score,
        candidates=found.candidates,
        doubt=found.doubt,
        others=found.others,
        greedy=found.greedy,
        difference_minor=found.difference_minor,
        exponent=found.exponent,
        currency=found.side_a[0].currency,
    )
