"""Rule cases of another product, said in our words: external is side A, internal side B.

A drift that is a fraction of the internal amount is a percentage of side B, seconds are whole
days, an edit distance of so many percent of a text is a similarity of the rest, a rule's criteria
must all hold, one of several rules is enough, an internal group is a rollup by its identifier.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from tieout_contracts.record import Fields
from tieout_matcher.domain.alternatives import alternatives
from tieout_matcher.domain.facts import Facts, facts_of
from tieout_matcher.domain.judging import Judge
from tieout_matcher.domain.passes.solve import solve
from tieout_matcher.domain.rule import Rule, RuleError
from tieout_matcher.domain.rule_draft import read_draft, rule_of
from unit.matcher.builders import DAY, encoded, some_fields

Json = dict[str, Any]
SECONDS_A_DAY = 86_400
_OPERANDS = {"equals": "eq", "greater_than": "gt", "less_than": "lt"}
_LOWER = {"key": "lowercase", "value": "lowercase"}


def rule(criteria: list[Json], **parts: Any) -> Rule:
    """Make the rule of criteria that must all hold; raises RuleError where ours takes none."""
    filters = {"rules": [leaf for one in criteria for leaf in _leaves(one)]}
    draft = read_draft({"reconciliation_id": 1, "filters": filters} | parts)
    return rule_of(rule_id=1, version=1, priority=0, status="active", stored=draft.stored)


def is_valid(criteria: list[Json]) -> bool:
    try:
        rule(criteria)
    except RuleError:
        return False
    return True


def pair_matches(case: Json) -> bool:
    """Tell whether ours finds the pair or group; a rule that is refused finds nothing."""
    if "internal_group" in case:
        told = sum(Decimal(one["amount"]) for one in case["internal_group"])
        return len(rollup_matches(case["rule"], [{"amount": str(told)} | case["external"]],
                                  {"group": case["internal_group"]})) == 1  # fmt: skip
    rules = case["rules"] if "rules" in case else [case["rule"]]
    one, two = _facts(1, "A", case["external"]), _facts(2, "B", case["internal"])
    return any(is_valid(criteria) and _holds(rule(criteria), one, two) for criteria in rules)


def rollup_matches(
    criteria: list[Json], external: list[Json], groups: dict[str, list[Json]]
) -> list[tuple[list[str], list[str], bool]]:
    """Solve groups against single records; returns (ids of A, ids of B, accepted) of matches."""
    rollup = {
        "cardinality": "many_to_one",
        "many_side": "b",
        "group_by": ["metadata.group"],
        "rollup": {"group_by_kind": "identifier"},
    }
    members = [one | {"group": name} for name, group in groups.items() for one in group]
    sides = ["A"] * len(external) + ["B"] * len(members)
    records = [
        _facts(number, side, said)
        for number, (side, said) in enumerate(zip(sides, [*external, *members], strict=True))
    ]
    one = rule(criteria, **rollup)
    found = solve(rules=[one], active=[one], entries=records)
    return [
        (_ids(made.side_a), _ids(made.side_b), made.doubt is None)
        for part in found
        for made in part.proposals
    ]


def _ids(members: tuple[Facts, ...]) -> list[str]:
    return sorted(one.said.get("metadata", {}).get("id", "") for one in members)


def _holds(made: Rule, one: Facts, two: Facts) -> bool:
    """Judge a pair: one currency, and one amount where the rule says nothing of it."""
    equal = one.amount * 10**two.exponent == two.amount * 10**one.exponent
    (way,) = alternatives(made.condition)
    judges = [Judge(leaf) for leaf in way]
    values = [(judge.read_a(one), judge.read_b(two)) for judge in judges]
    return (
        one.currency == two.currency
        and (equal or any(leaf.compares_amounts for leaf in way))
        and all(a is not None and b is not None and judge.holds(a, b)
                for judge, (a, b) in zip(judges, values, strict=True))
    )  # fmt: skip


def _leaves(given: Json) -> list[Json]:
    field, operator = given["field"], given["operator"]
    percent = given.get("allowable_edit_distance_percent", 0)
    leaf = {"key": field, "value": field, "operand": _OPERANDS.get(operator, operator)}
    if operator == "contains":
        leaf["transforms"] = _LOWER
    if field == "date":
        seconds = Decimal(str(given.get("allowable_drift_seconds", given.get("drift", 0))))
        days = seconds // SECONDS_A_DAY if seconds >= 0 else seconds
        return [leaf | ({"tolerance_amount": days} if days else {})]
    if percent:
        near = {"operand": "similar", "min_similarity": 100 - percent}
        return [leaf | near, {"key": "amount", "value": "amount"}]
    fraction = Decimal(str(given.get("allowable_drift_fraction", given.get("drift", 0))))
    if fraction:
        return [leaf | {"tolerance_amount": fraction * 100, "tolerance_unit": "percent"}]
    return [leaf | ({"transforms": {}} if field == "amount" else {})]


def _facts(number: int, side: Any, said: Json) -> Facts:
    return facts_of(
        record_id=number, entry_no=number, side=side, fields=encoded(_fields(said)),
        sign_mode="same",
    )  # fmt: skip


def _fields(said: Json) -> Fields:
    amount = Decimal(said.get("amount", "100"))
    exponent = max(2, -int(amount.as_tuple().exponent))
    minor = int(amount.scaleb(exponent))
    return some_fields(
        str(abs(minor)),
        exponent=exponent,
        direction="debit" if minor < 0 else "credit",
        currency=said.get("currency", "USD").upper(),  # as every record comes in
        date=_day(said),
        reference=said.get("reference"),
        description=said.get("description"),
        metadata={name: said[name] for name in ("id", "group") if name in said},
    )


def _day(said: Json) -> Any:

    moment = said.get("base", said.get("date"))
    if moment is None:
        return DAY
    moved = dt.datetime.fromisoformat(moment) + dt.timedelta(
        seconds=said.get("date_offset_seconds", 0)
    )
    return moved.date()
