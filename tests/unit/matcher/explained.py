"""Explanations in tests: made of filters and records, and their changes carried out by hand."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from fractions import Fraction
from random import Random
from typing import Any

import msgspec

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Fields, Side
from tieout_matcher.domain.explaining.changes import Change
from tieout_matcher.domain.explaining.near_misses import (
    Candidate,
    NearMiss,
    TriedRule,
    compared,
    near_misses,
)
from tieout_matcher.domain.explaining.tree import Tree
from tieout_matcher.domain.facts import Facts, facts_of
from tieout_matcher.domain.filters import read_condition
from tieout_matcher.domain.rule import Rule
from unit.matcher.builders import encoded
from unit.matcher.rule_cases import condition

Filters = dict[str, Any]
Records = dict[int, Fields]  # by record id


def filters_of(*leaves: Filters, operand: str = "and") -> Filters:
    return {"operand": operand, "rules": list(leaves)}


def rule_of(filters: Filters, rule_id: int = 1) -> Rule:
    condition = read_condition(filters)
    return Rule(rule_id=rule_id, version=1, priority=0, status="active", condition=condition)


def tree(random: Random, *, depth: int) -> Filters:
    if not depth or random.random() < 0.4:
        return condition(random)
    children = [tree(random, depth=depth - 1) for _ in range(random.randint(1, 3))]
    return filters_of(*children, operand=random.choice(("and", "or")))


def tried(filters: Filters, rule_id: int = 1) -> TriedRule:
    return TriedRule(tree=Tree(rule_of(filters, rule_id)), filters=filters)


def facts(record_id: int, side: Side, fields: Fields, sign_mode: SignMode = "same") -> Facts:
    return facts_of(
        record_id=record_id,
        entry_no=record_id,
        side=side,
        fields=encoded(fields),
        sign_mode=sign_mode,
    )


def misses(
    entry: Facts, candidates: Iterable[Facts], *rules: TriedRule, sign_mode: SignMode = "same"
) -> list[NearMiss]:
    found = compared(
        entry=entry,
        candidates=[Candidate(facts=one) for one in candidates],
        rules=rules,
        sign_mode=sign_mode,
    )
    return near_misses(found, rules)


def changed(
    filters: Filters, records: Records, changes: Sequence[Change]
) -> tuple[Filters, Records]:
    """Do what changes say, to a rule as a caller writes it and to records."""
    filters, records = deepcopy(filters), dict(records)
    removed = []
    for one in changes:
        match one.kind:
            case "tolerance":
                node(filters, one.path).update(tolerance_amount=one.to, tolerance_unit=one.unit)
            case "min_similarity" | "transforms":
                node(filters, one.path)[one.kind] = one.to
            case "condition_removed":
                removed.append(one.path or "")
            case "value":
                number = one.record_id or 0
                records[number] = corrected(records[number], one.field or "", one.to)
    for path in sorted(removed, key=steps, reverse=True):
        del node(filters, path.rpartition(".rules")[0])["rules"][steps(path)[-1]]
    added = [one.to for one in changes if one.kind == "condition_added"]
    return (filters_of(filters, *added) if added else filters), records


def steps(path: str) -> list[int]:
    return [int(one) for one in re.findall(r"\d+", path)]


def node(filters: Filters, path: str | None) -> Any:
    found: Any = filters
    for step in steps(path or ""):
        found = found["rules"][step]
    return found


def corrected(fields: Fields, field: str, value: str) -> Fields:
    _, *path = field.split(".")
    if path:
        return msgspec.structs.replace(fields, metadata=with_member(fields.metadata, path, value))
    if field == "amount":
        minor = abs(Fraction(value)) * 10**fields.exponent
        assert minor.denominator == 1
        return msgspec.structs.replace(fields, amount_minor=str(minor))
    given: Any = dt.date.fromisoformat(value) if field in ("date", "value_date") else value
    return msgspec.structs.replace(fields, **{field: given})


def with_member(given: Any, path: Sequence[str], value: str) -> dict[str, Any]:
    first, *rest = path
    members = given if isinstance(given, dict) else {}
    return members | {first: with_member(members.get(first), rest, value) if rest else value}
