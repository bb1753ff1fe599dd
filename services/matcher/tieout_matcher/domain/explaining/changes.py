"""What would have to change so that a pair matches, as a value, and carried out.

A change is one of the rule, named by the JSON path of the condition as the rule is written now, or
one of a record's value, or of what holds the counterpart back. Changes that are named together are
needed together.
"""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, Literal

import msgspec
from msgspec import Struct

from tieout_contracts.config_events import SignMode
from tieout_contracts.money import minor_from_decimal
from tieout_matcher.domain.explaining.tree import Path
from tieout_matcher.domain.facts import Facts, facts_of

ChangeKind = Literal[
    "tolerance",
    "min_similarity",
    "transforms",
    "condition_added",
    "condition_removed",
    "value",
    "suggestion_rejected",
    "match_revoked",
    "block_cleared",
    "pass",
]
OF_A_RULE: frozenset[ChangeKind] = frozenset(
    {"tolerance", "min_similarity", "transforms", "condition_added", "condition_removed"}
)
_encode = msgspec.json.Encoder(decimal_format="number").encode
_STEP = re.compile(r"\.rules\[(\d+)\]")


class Change(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """`message` says it as the remedy that it is: `with a tolerance of 0.75 instead of 0.50`.

    tolerance, min_similarity, transforms: `to` takes the place of `from` in the condition at
    `path`, a tolerance in `unit` (`from_unit` where that was another). condition_added: `to` is
    needed beside what is at `path`. condition_removed: the condition or group at `path` goes.
    value: `field` of `record_id` is to say `to`. The others name the match that they are about.
    """

    kind: ChangeKind
    message: str
    path: Path | None = None
    record_id: int | None = None
    field: str | None = None
    from_: Any = msgspec.field(name="from", default=None)
    to: Any = None
    unit: str | None = None
    from_unit: str | None = None
    match_id: int | None = None


def changed_filters(filters: Mapping[str, Any], changes: Iterable[Change]) -> dict[str, Any]:
    """Carry out the changes of a rule on its filters as they are written."""
    changed: dict[str, Any] = deepcopy(dict(filters))
    of_rule = [one for one in changes if one.kind in OF_A_RULE and one.path is not None]
    for one in of_rule:
        if one.kind not in ("condition_added", "condition_removed"):
            _node(changed, steps_of(one.path or "")).update(_members(one))
    removed = {steps_of(one.path or "") for one in of_rule if one.kind == "condition_removed"}
    for *parent, last in sorted(removed, reverse=True):
        del _node(changed, tuple(parent))["rules"][last]
    for one in of_rule:
        if one.kind == "condition_added":
            changed = _with_condition(changed, one.to)
    return changed


def removable(filters: Mapping[str, Any], path: Path) -> Path | None:
    """Return what has to go so that a condition is not asked for; None: all of the rule.

    A group of which any part suffices goes whole, and so does one of which nothing is left.
    """
    steps = steps_of(path)
    while steps:
        group = _node(filters, steps[:-1])
        if group.get("operand", "and") == "and" and len(group["rules"]) > 1:
            return "$.filters" + "".join(f".rules[{step}]" for step in steps)
        steps = steps[:-1]
    return None


def corrected(facts: Facts, field: str, value: str, sign_mode: SignMode) -> Facts:
    """Read an entry as if its record said `value` in a field (of an amount: `-12.50`)."""
    said: dict[str, Any] = dict(facts.said)
    left_minor = abs(facts.amount)
    name, _, inner = field.partition(".")
    if inner:
        said["metadata"] = {**(said.get("metadata") or {}), inner: value}
    elif field == "amount":
        left_minor = abs(minor_from_decimal(value, exponent=facts.exponent))
    else:
        said[name] = value
    return facts_of(
        record_id=facts.record_id,
        entry_no=facts.entry_no,
        side=facts.side,
        fields=_encode(said),
        sign_mode=sign_mode,
        left_minor=left_minor,
    )


def steps_of(path: Path) -> tuple[int, ...]:
    """Return the indexes of a path from the root of the filters down."""
    return tuple(int(step) for step in _STEP.findall(path))


def _node(filters: Mapping[str, Any], steps: Iterable[int]) -> Any:
    found: Any = filters
    for step in steps:
        found = found["rules"][step]
    return found


def _members(change: Change) -> dict[str, Any]:
    if change.kind == "tolerance":
        return {"tolerance_amount": change.to, "tolerance_unit": change.unit}
    return {change.kind: change.to}


def _with_condition(filters: dict[str, Any], condition: Any) -> dict[str, Any]:
    if filters.get("operand", "and") == "and":
        return {**filters, "rules": [*filters["rules"], condition]}
    return {"operand": "and", "rules": [filters, condition]}
