"""The trace of a decision: every condition in tree order, with what was compared and the result."""

from typing import Any, Literal

from msgspec import Struct

from tieout_matcher.domain.explaining.apart import similarity_of
from tieout_matcher.domain.explaining.judged import Group, Judged, Met, score_of
from tieout_matcher.domain.explaining.spelling import (
    after,
    before,
    cut,
    decimal_of,
    difference_text,
    names_of,
    plain,
    tolerance_text,
)
from tieout_matcher.domain.explaining.tree import Way
from tieout_matcher.domain.judging import Money, difference_of
from tieout_matcher.domain.rule import Leaf

Result = Literal["pass", "fail", "missing"]
Implied = Literal["one_currency", "equal_amounts"]
CLOSENESS_PLACES = 4


class Value(Struct, kw_only=True, frozen=True):
    """A side's value, as the record says it and as it is compared; null where it is missing.

    `record_id` is null where a sum is compared, of so many `records`.
    """

    record_id: int | None
    records: int
    before: str | None
    after: str | None


class Distance(Struct, kw_only=True, frozen=True):
    """An amount in `unit`: a currency, `days`, `percent`, `dollar`, `day`, or null for numbers."""

    amount: str
    unit: str | None


class Condition(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A condition of the tree at `path`, or one that every rule implies.

    Between larger groups the two members are shown that it fits least; of `pairs` pairs of members
    `failing` fail.
    """

    path: str | None = None
    implied: Implied | None = None
    key: str | None = None
    operand: str | None = None
    value: str | None = None
    tolerance: Distance | None = None
    min_similarity: int | None = None
    transforms: dict[str, list[Any]] | None = None
    result: Result
    side_a: Value
    side_b: Value
    difference: Distance | None = None
    similarity: int | None = None
    weight: int | None = None
    closeness: str | None = None
    pairs: int = 1
    failing: int = 0


class Alternative(Struct, kw_only=True, frozen=True):
    """One way in which the rule can hold: all conditions at `paths`, and those implied."""

    paths: list[str]
    implied: list[Implied]
    holds: bool
    score: int | None


class Trace(Struct, kw_only=True, frozen=True):
    """`held` counts alternatives from 0; null when none holds."""

    conditions: list[Condition]
    alternatives: list[Alternative]
    held: int | None


def trace_of(judged: Judged) -> Trace:
    """Spell out what a rule's tree says of two groups."""
    tree = judged.tree
    held = judged.held()
    implied = [_one_currency(judged)]
    if any(way.equal_amounts for way in tree.ways):
        implied.append(_equal_amounts(judged))
    return Trace(
        conditions=[*(_condition(judged, place, path) for place, path in tree.standing), *implied],
        alternatives=[_alternative(judged, way) for way in tree.ways],
        held=None if held is None else tree.ways.index(held),
    )


def _alternative(judged: Judged, way: Way) -> Alternative:
    closeness = judged.closeness(way)
    return Alternative(
        paths=[path for paths in way.paths.values() for path in paths],
        implied=["one_currency", "equal_amounts"] if way.equal_amounts else ["one_currency"],
        holds=closeness is not None,
        score=None if closeness is None else score_of(closeness),
    )


def _condition(judged: Judged, place: int, path: str) -> Condition:
    compiled, met = judged.tree.judges[place], judged.met[place]
    leaf = compiled.leaf
    side_a, side_b = _values(leaf, met, judged)
    return Condition(
        path=path,
        key=leaf.key,
        operand=leaf.operand,
        value=leaf.value,
        tolerance=_tolerance(leaf),
        min_similarity=leaf.min_similarity,
        transforms=_transforms(leaf),
        side_a=side_a,
        side_b=side_b,
        difference=_difference(judged, leaf, met),
        similarity=similarity_of(leaf, met.a, met.b),
        result=_result(met, side_a, side_b),
        weight=compiled.weight,
        closeness=None if met.closeness is None else plain(met.closeness, places=CLOSENESS_PLACES),
        pairs=met.pairs,
        failing=met.failing if met.pairs > 1 else 0,
    )


def _values(leaf: Leaf, met: Met, judged: Judged) -> tuple[Value, Value]:
    if leaf.compares_amounts:
        return _amount(met.a, judged.side_a), _amount(met.b, judged.side_b)
    first, second = (
        Value(
            record_id=one.record_id,
            records=1,
            before=cut(before(one, leaf.key if one.side == "A" else leaf.value)),
            after=cut(after(one, leaf)),
        )
        for one in met.members
    )
    return first, second


def _amount(counted: Money, side: Group) -> Value:
    """Show one amount as recorded and as counted; of several their sum as counted."""
    alone = side[0] if len(side) == 1 else None
    return Value(
        record_id=alone.record_id if alone else None,
        records=len(side),
        before=before(alone, "amount") if alone else decimal_of(counted),
        after=decimal_of(counted),
    )


def _tolerance(leaf: Leaf) -> Distance | None:
    if leaf.tolerance is None:
        return None
    return Distance(amount=tolerance_text(leaf.tolerance), unit=leaf.tolerance.unit)


def _transforms(leaf: Leaf) -> dict[str, list[Any]] | None:
    given = {"key": leaf.key_transforms, "value": leaf.value_transforms}
    return {name: names_of(steps) for name, steps in given.items() if steps} or None


def _result(met: Met, side_a: Value, side_b: Value) -> Result:
    if met.closeness is not None:
        return "pass"
    return "missing" if side_a.after is None or side_b.after is None else "fail"


def _difference(judged: Judged, leaf: Leaf, met: Met) -> Distance | None:
    if met.a is None or met.b is None or leaf.operand in ("in", "not_in"):
        return None
    if leaf.compares_amounts:
        return _between(judged)
    apart = difference_of(leaf, met.a, met.b)
    if apart is None:
        return None
    return Distance(amount=plain(apart), unit="days" if leaf.compares_dates else None)


def _between(judged: Judged) -> Distance | None:
    """Say how far the amounts are apart; those of two currencies are never compared."""
    if not judged.one_currency:
        return None
    a, b = judged.sums
    exponent = max(a.exponent, b.exponent)
    amount = difference_text(a.units - b.units, exponent=exponent)
    return Distance(amount=amount, unit=judged.currencies[0])


def _one_currency(judged: Judged) -> Condition:
    side_a, side_b = map(_currencies, (judged.side_a, judged.side_b))
    result: Result = "pass" if judged.one_currency else "fail"
    return Condition(implied="one_currency", side_a=side_a, side_b=side_b, result=result)


def _currencies(side: Group) -> Value:
    said = ",".join(sorted({one.currency for one in side}))
    alone = side[0].record_id if len(side) == 1 else None
    return Value(record_id=alone, records=len(side), before=said, after=said)


def _equal_amounts(judged: Judged) -> Condition:
    return Condition(
        implied="equal_amounts",
        side_a=_amount(judged.sums[0], judged.side_a),
        side_b=_amount(judged.sums[1], judged.side_b),
        difference=_between(judged),
        result="pass" if judged.equal_amounts else "fail",
    )
