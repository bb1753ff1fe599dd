"""Why a match was made: gathered from what is stored of it, explained by the rule's own version."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tieout_contracts.config_events import SignMode
from tieout_matcher.domain.explaining.made import explain_match
from tieout_matcher.domain.facts import Facts, facts_of
from tieout_matcher.domain.rule import Rule
from tieout_matcher.store import entries, explanations, matches, reconciliations
from tieout_matcher.store.explanations import Row
from tieout_matcher.views import JsonObject, member_view
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import not_found

_MATCH = (
    "id", "reconciliation_id", "status", "kind", "run_id", "operation_id", "candidates", "doubt",
    "created_at", "decided_at", "revoked_at", "reason",
)  # fmt: skip
_RULE = ("id", "version", "priority", "source", "created_at", "retired_at")


@dataclass(frozen=True, kw_only=True)
class StoredMatch:
    """A match, its members (side A first) and the version of the rule that made it, if one did."""

    row: Row
    members: Sequence[Row]
    adjustments: Sequence[JsonObject]
    rule: tuple[Row, Rule] | None
    sign_mode: SignMode

    def explain(self) -> JsonObject:
        """Show it; with a trace and how its score comes where a rule made it."""
        row = self.row
        view = {name: row[name] for name in _MATCH} | {
            "others": row["others"] or [],
            "greedy": bool(row["greedy"]),
            "members": [
                member_view(one) | {"allocated_minor": self._allocated.get(one["record_id"])}
                for one in self.members
            ],
            "adjustments": self.adjustments,
        }
        if self.rule is None:
            return view
        rule_row, rule = self.rule
        facts = [self._facts(one) for one in self.members]
        trace, score = explain_match(
            rule,
            [one for one in facts if one.side == "A"],
            [one for one in facts if one.side == "B"],
            stored_score=row["score"],
        )
        shown = {name: rule_row[name] for name in _RULE} | json.loads(rule_row["body"])
        return view | {"rule": shown, "trace": trace, "score": score}

    @property
    def _allocated(self) -> Mapping[int, str | None]:
        """What was taken of members that were not taken whole."""
        return dict(zip(self.row["members"], self.row["allocated"] or (), strict=False))

    def _facts(self, member: Row) -> Facts:
        allocated = self._allocated.get(member["record_id"])
        return facts_of(
            record_id=member["record_id"],
            entry_no=member["entry_no"],
            side=member["side"],
            fields=member["fields"],
            sign_mode=self.sign_mode,
            left_minor=None if allocated is None else int(allocated),
        )


async def stored_match(connection: Connection, organization_id: int, match_id: int) -> StoredMatch:
    """Gather a match; raises Problem 404."""
    row = await explanations.match(connection, organization_id, match_id)
    if row is None:
        raise not_found("match")
    members = await entries.members_of(connection, organization_id, [match_id])
    adjustments = await matches.adjustments_of(connection, organization_id, [match_id])
    found = await reconciliations.page(
        connection, organization_id, reconciliation_id=row["reconciliation_id"]
    )
    if not found:
        raise not_found("match")
    rule: Any = None
    if row["rule_id"] is not None:
        rule = await explanations.rule_version(
            connection, organization_id, row["rule_id"], row["rule_version"]
        )
    return StoredMatch(
        row=row,
        members=members[match_id],
        adjustments=adjustments[match_id],
        rule=rule,
        sign_mode=found[0]["sign_mode"],
    )
