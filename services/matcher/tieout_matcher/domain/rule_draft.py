"""The body of a new rule: defaults, checks and what is stored of it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from tieout_contracts.ids import IdError, integer_id
from tieout_matcher.domain.alternatives import alternatives
from tieout_matcher.domain.filters import read_condition
from tieout_matcher.domain.rule import Rollup, Rule, RuleError
from tieout_matcher.domain.rule_parts import read_parts
from tieout_matcher.domain.storable import unstorable
from tieout_matcher.domain.whole_numbers import is_whole

KNOWN = frozenset(
    {
        "reconciliation_id", "filters", "priority", "group_by", "cardinality", "rollup",
        "description", "status", "many_side", "min_score_to_accept", "search", "evaluate",
    }
)  # fmt: skip
MAX_DESCRIPTION = 2000
MAX_PRIORITY = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class RuleDraft:
    """A checked body; `stored` is what is kept beside id, version and dates.

    It is what the caller stated and the defaults: what follows from other parts (a search, or
    that a rule with a tolerance is decided in passes) is read from it, never kept.
    """

    reconciliation_id: int
    priority: int
    status: str
    stored: dict[str, Any]


def read_draft(body: Mapping[str, Any]) -> RuleDraft:
    """Read the body of POST /v1/reconciliation_rules; raises RuleError with the JSON path."""
    for name in body:
        if name not in KNOWN:
            raise RuleError(f"$.{name}", "is not part of a rule")
    for place in unstorable(body):
        raise RuleError(place, "holds a character or number that cannot be stored")
    if "filters" not in body:
        raise RuleError("$.filters", "is required")
    condition = read_condition(body["filters"])
    alternatives(condition)
    priority = body.get("priority", 0)
    if not is_whole(priority, -MAX_PRIORITY, MAX_PRIORITY):
        raise RuleError("$.priority", f"is a whole number from {-MAX_PRIORITY} to {MAX_PRIORITY}")
    status = body.get("status", "active")
    if status not in ("active", "proposed"):
        raise RuleError("$.status", "is active or proposed")
    return RuleDraft(
        reconciliation_id=_identifier(body.get("reconciliation_id")),
        priority=priority,
        status=status,
        stored={
            "filters": body["filters"],
            **read_parts(body, condition),
            "description": _description(body.get("description")),
        },
    )


def read_change(current: RuleDraft, change: Mapping[str, Any]) -> RuleDraft:
    """Read the body of a PATCH: what it leaves out stays; raises RuleError with the JSON path."""
    if "reconciliation_id" in change:
        raise RuleError("$.reconciliation_id", "stays: make a rule in the other reconciliation")
    whole = {
        "reconciliation_id": current.reconciliation_id,
        "priority": current.priority,
        "status": current.status,
        **current.stored,
    }
    return read_draft(whole | dict(change))


def rule_of(
    *,
    rule_id: int,
    version: int,
    priority: int,
    status: Literal["active", "proposed"],
    stored: Mapping[str, Any],
) -> Rule:
    """Make a rule's value of what is stored of it (or of a draft of one)."""
    cardinality = stored.get("cardinality", "one_to_one")
    many_to_one = cardinality == "many_to_one"
    return Rule(
        rule_id=rule_id,
        version=version,
        priority=priority,
        status=status,
        condition=read_condition(stored["filters"]),
        evaluate=stored.get("evaluate", "arrival"),
        cardinality=cardinality,
        many_side=stored.get("many_side", "a"),
        group_by=tuple(stored["group_by"]) if many_to_one else (),
        rollup=_rollup_of(stored["rollup"]) if many_to_one else None,
        search="subset_sum" if cardinality == "many_to_many" else None,
        min_score_to_accept=stored.get("min_score_to_accept", 0),
    )


def _rollup_of(stored: Mapping[str, Any]) -> Rollup:
    return Rollup(
        kind=stored["group_by_kind"],
        lookback_days=stored.get("lookback_days"),
        date_field=stored.get("date_field"),
    )


def _description(given: Any) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str) or len(given) > MAX_DESCRIPTION:
        raise RuleError("$.description", f"is a text of at most {MAX_DESCRIPTION} characters")
    return given


def _identifier(given: Any) -> int:
    if isinstance(given, int | str) and not isinstance(given, bool):
        with suppress(IdError):
            return integer_id(given)
    raise RuleError("$.reconciliation_id", "is the identifier of a reconciliation")
