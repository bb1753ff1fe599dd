"""The active rules of a reconciliation, compiled once for each version of its rule set."""

import json

from tieout_matcher.domain.filters import read_condition
from tieout_matcher.domain.plan import RuleSet, compile_rules
from tieout_matcher.domain.rule import Rule
from tieout_matcher.store.reconciliation_lock import SQL, Locked
from tieout_runtime.postgres import Connection

MAX_KEPT = 10_000


class RuleBook:
    """Compiled rule sets by reconciliation; a bumped rules_version makes one stale."""

    def __init__(self) -> None:
        self._compiled: dict[int, tuple[int, RuleSet]] = {}

    async def rules_of(self, connection: Connection, locked: Locked) -> RuleSet:
        """Return the rules in force under the row lock."""
        kept = self._compiled.get(locked.reconciliation_id)
        if kept is not None and kept[0] == locked.rules_version:
            return kept[1]
        rows = await connection.fetch(SQL["rules_in_force"], *locked.key)
        rules = [
            Rule(
                rule_id=row["id"],
                version=row["version"],
                priority=row["priority"],
                status=row["status"],
                condition=read_condition(json.loads(row["body"])["filters"]),
            )
            for row in rows
        ]
        compiled = compile_rules(rules, sign_mode=locked.sign_mode)
        if len(self._compiled) >= MAX_KEPT:
            self._compiled.clear()
        self._compiled[locked.reconciliation_id] = (locked.rules_version, compiled)
        return compiled
