"""A rule that was learned, before anybody sees it: as the rule it would be, as a body to file."""

from dataclasses import dataclass
from typing import Any, Literal

from tieout_matcher.domain.alternatives import alternatives
from tieout_matcher.domain.learning.distances import EXACT_AMOUNT
from tieout_matcher.domain.rule import Group, Leaf, Rollup, Rule, Tolerance, Transform

MIN_GROUPS = 5  # that add up, before a rollup is thought of


@dataclass(frozen=True, kw_only=True)
class Draft:
    """All conditions must hold; with a rollup `group_by` gathers the many side.

    One that is not `telling` is tried in passes, where ambiguity is judged.
    """

    leaves: tuple[Leaf, ...]
    telling: bool = False
    group_by: tuple[str, ...] = ()
    rollup: Rollup | None = None
    many_side: Literal["a", "b"] = "a"

    def rule(self, rule_id: int, *, priority: int) -> Rule:
        return Rule(
            rule_id=rule_id,
            version=1,
            priority=priority,
            status="active",
            condition=Group(operand="and", children=self.leaves),
            evaluate=self._evaluate,
            cardinality="one_to_one" if self.rollup is None else "many_to_one",
            many_side=self.many_side,
            group_by=self.group_by,
            rollup=self.rollup,
        )

    def body(self) -> dict[str, Any]:
        """Write it as POST /v1/reconciliation_rules takes it."""
        filters = {"operand": "and", "rules": [_leaf(one) for one in self.leaves]}
        conditions = {"filters": filters, "evaluate": self._evaluate}
        if self.rollup is None:
            return conditions
        rollup: dict[str, Any] = {"group_by_kind": self.rollup.kind}
        if self.rollup.lookback_days is not None:
            rollup["lookback_days"] = self.rollup.lookback_days
            rollup["date_field"] = self.rollup.date_field
        return conditions | {
            "cardinality": "many_to_one",
            "many_side": self.many_side,
            "group_by": list(self.group_by),
            "rollup": rollup,
        }

    @property
    def _evaluate(self) -> Literal["arrival", "pass"]:
        return "arrival" if self.telling else "pass"


def meaning(rule: Rule) -> Any:
    """Return what two rules have in common that match the same, however they are written."""
    implied = EXACT_AMOUNT
    ways = (frozenset(way) - {implied} for way in alternatives(rule.condition))
    groups = rule.cardinality == "many_to_one"
    gathered = (rule.many_side, rule.group_by, rule.rollup) if groups else ()
    return (rule.cardinality, frozenset(ways), gathered)


def _leaf(leaf: Leaf) -> dict[str, Any]:
    written: dict[str, Any] = {"key": leaf.key, "operand": leaf.operand, "value": leaf.value}
    if leaf.tolerance is not None:
        written |= _tolerance(leaf.tolerance)
    transforms = {
        name: [_transform(one) for one in steps]
        for name, steps in (("key", leaf.key_transforms), ("value", leaf.value_transforms))
        if steps
    }
    return written | ({"transforms": transforms} if transforms else {})


def _tolerance(tolerance: Tolerance) -> dict[str, Any]:
    amount = tolerance.amount
    whole = amount == amount.to_integral_value()
    return {
        "tolerance_amount": int(amount) if whole else format(amount, "f"),
        "tolerance_unit": tolerance.unit,
    }


def _transform(transform: Transform) -> Any:
    if transform.name == "first_n_chars":
        return {"name": transform.name, "args": {"n": transform.length}}
    return transform.name
