"""The rules in force of a reconciliation, read once for each version of its rule set."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tieout_contracts.config_events import RunType, SignMode
from tieout_matcher.domain.plan import RuleSet, compile_rules
from tieout_matcher.domain.rule import Rule
from tieout_matcher.domain.rule_draft import rule_of
from tieout_matcher.domain.rule_split import Split, split
from tieout_matcher.store.reconciliation_lock import SQL, Locked
from tieout_runtime.postgres import Connection

MAX_KEPT = 10_000


@dataclass(frozen=True, kw_only=True)
class RulesInForce:
    """The active rules of a reconciliation; those that decide on arrival are compiled too."""

    arrival: RuleSet
    split: Split

    @property
    def passes(self) -> tuple[Rule, ...]:
        """The rules tried in passes, in the order in which they run."""
        return self.split.passes

    @property
    def active(self) -> tuple[Rule, ...]:
        """All active rules in the order in which they run: those of arrival lead."""
        return self.split.active


class RuleBook:
    """Rules by reconciliation; a bumped rules_version makes them stale."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[int, RulesInForce]] = {}

    async def rules_of(self, connection: Connection, locked: Locked) -> RuleSet:
        """Return the rules that decide on arrival, under the row lock."""
        return (await self.in_force(connection, locked)).arrival

    async def in_force(self, connection: Connection, locked: Locked) -> RulesInForce:
        """Return all active rules, under the row lock."""
        kept = self._kept.get(locked.reconciliation_id)
        if kept is not None and kept[0] == locked.rules_version:
            return kept[1]
        rows = await connection.fetch(SQL["rules_in_force"], *locked.key)
        found = in_force(split_of(rows), sign_mode=locked.sign_mode)
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        self._kept[locked.reconciliation_id] = (locked.rules_version, found)
        return found


def in_force(rules: Split, *, sign_mode: SignMode) -> RulesInForce:
    """Compile what decides on arrival."""
    return RulesInForce(arrival=compile_rules(rules.arrival, sign_mode=sign_mode), split=rules)


def split_of(rows: Iterable[Mapping[str, Any]]) -> Split:
    """Split the rules in force of one reconciliation; each row names its run_type."""
    found = list(rows)
    run_type: RunType = found[0]["run_type"] if found else "continuous"
    return split(map(read_rule, found), run_type=run_type)


def read_rule(row: Mapping[str, Any]) -> Rule:
    """Make a rule's value of its row."""
    return rule_of(
        rule_id=row["id"],
        version=row["version"],
        priority=row["priority"],
        status=row["status"],
        stored=json.loads(row["body"]),
    )
