"""Groups that an open entry could be matched in: what they add up to, and what is missing.

For rules of many to one these are cohorts of one group key, or windows of whole days, each held
against a record that it might add up to; for sets all that is open in the entry's block. In order:
fewest failing conditions, least difference, then ids.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from msgspec import Struct

from tieout_matcher.domain.explaining.judged import Judged, judge
from tieout_matcher.domain.explaining.spelling import decimal_of, difference_text, fields_of
from tieout_matcher.domain.explaining.trace import Trace, trace_of
from tieout_matcher.domain.explaining.tree import Tree
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import Money
from tieout_matcher.domain.passes.proposing import MAX_MEMBERS, day_reader, said_difference
from tieout_matcher.domain.passes.sets import MAX_CANDIDATES
from tieout_matcher.domain.passes.terms import sum_of
from tieout_matcher.domain.rule import Rule

MAX_GROUPS = 5
MAX_LISTED = 100
LookedCode = Literal["found", "none_found", "group_key_missing"]


class Side(Struct, kw_only=True, frozen=True):
    """`record_ids` are the first of so many `records`."""

    records: int
    record_ids: list[int]
    sum: str


class GroupTried(Struct, kw_only=True, frozen=True):
    """A group beside what it would have to add up to, `side_a` and `side_b` as the rule has them.

    Sums are counted by the sign mode; `difference` is what side A has beyond side B, to the minor
    unit. `record_ids` are the first of all members, `days` the first and last of the many side.
    """

    side_a: Side
    side_b: Side
    currency: str
    difference: str
    days: list[str]
    holds: bool
    message: str
    trace: Trace | None


class GroupsLooked(Struct, kw_only=True, frozen=True):
    """What a rule of groups had to choose from, the nearest first."""

    rule_id: int
    rule_version: int
    code: LookedCode
    message: str
    groups: list[GroupTried]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Members of the many side, and the record that they are held against."""

    members: tuple[Facts, ...]
    target: Facts


class Nearness(NamedTuple):
    """In what order groups are shown."""

    failing: int
    difference_units: int
    target: int
    members: tuple[int, ...]


def groups_tried(rule: Rule, groups: Iterable[Group]) -> GroupsLooked:
    """Judge groups of a rule of many to one, and show the nearest."""
    tree = Tree(rule)
    judged = [(_judged(tree, rule, one), one) for one in groups]
    nearest = sorted(judged, key=lambda item: _nearness(*item))[:MAX_GROUPS]
    shown = [_shown(found, group, rule) for found, group in nearest]
    if not shown:
        message = "no open records that it could be matched with share what the rule compares"
        return _looked(rule, "none_found", message)
    return _looked(rule, "found", shown[0].message, shown)


def without_key(rule: Rule) -> GroupsLooked:
    """Say that an entry lacks a value by which the rule gathers."""
    named = ", ".join(f"`{name}`" for name in rule.group_by)
    return _looked(
        rule, "group_key_missing", f"it lacks a value of {named}, by which the rule groups"
    )


def block_tried(rule: Rule, side_a: Sequence[Facts], side_b: Sequence[Facts]) -> GroupsLooked:
    """Show the block of a rule of sets: all that is open and equal where the rule asks for it."""
    if not side_a or not side_b:
        message = "nothing on the other side shares what the rule compares"
        return _looked(rule, "none_found", message)
    sums = sum_of(side_a), sum_of(side_b)
    currency = side_a[0].currency
    records = len(side_a) + len(side_b)
    if records > MAX_CANDIDATES:
        said = (
            f"its block has {records} open records, more than the {MAX_CANDIDATES} that are tried"
        )
    else:
        apart = difference_text(sums[0].units - sums[1].units, exponent=_exponent(*sums))
        said = (
            f"no part of the {records} open records in its block ties; all of them: {apart} apart"
        )
    group = GroupTried(
        side_a=_side(side_a),
        side_b=_side(side_b),
        currency=currency,
        difference=_signed(sums[0].units - sums[1].units, exponent=_exponent(*sums)),
        days=[],
        holds=False,
        message=said,
        trace=None,
    )
    return _looked(rule, "found", said, [group])


def _looked(
    rule: Rule, code: LookedCode, message: str, groups: Sequence[GroupTried] = ()
) -> GroupsLooked:
    return GroupsLooked(
        rule_id=rule.rule_id,
        rule_version=rule.version,
        code=code,
        message=message,
        groups=list(groups),
    )


def _judged(tree: Tree, rule: Rule, group: Group) -> Judged:
    sides = group.members, (group.target,)
    return judge(tree, *(sides if rule.many_side == "a" else sides[::-1]))


def _nearness(judged: Judged, group: Group) -> Nearness:
    return Nearness(
        min(_failing(judged)),
        abs(judged.sums[0].units - judged.sums[1].units),
        group.target.record_id,
        tuple(one.record_id for one in group.members),
    )


def _failing(judged: Judged) -> Iterable[int]:
    for way in judged.tree.ways:
        amounts = way.equal_amounts and not judged.equal_amounts
        yield len(judged.failing(way)) + amounts + (not judged.one_currency)


def _shown(judged: Judged, group: Group, rule: Rule) -> GroupTried:
    a, b = judged.sums
    days = _days(group, rule)
    refused = _refusal(group, rule)
    return GroupTried(
        side_a=_side(judged.side_a),
        side_b=_side(judged.side_b),
        currency=group.target.currency,
        difference=_signed(a.units - b.units, exponent=_exponent(a, b)),
        days=[date.fromordinal(day).isoformat() for day in days],
        holds=judged.held() is not None and refused is None,
        message=_message(judged, group, refused),
        trace=trace_of(judged),
    )


def _message(judged: Judged, group: Group, refused: str | None) -> str:
    members, wanted = sum_of(group.members), sum_of([group.target])
    currency = group.target.currency
    number = len(group.members)
    records = "The open record comes" if number == 1 else f"The {number} open records come"
    text = f"{records} to {decimal_of(members)} {currency}"
    target = f"record {group.target.record_id} says {decimal_of(wanted)} {currency}"
    if members.units == wanted.units:
        text += f", as {target}"
    else:
        apart = said_difference(found=members, wanted=wanted, currency=currency)
        text += f"; {target}: {apart}"
    if refused is not None:
        return f"{text}. {refused}"
    others = [one for one in _not_held(judged) if one is not None]
    return f"{text}. {' and '.join(others)} does not hold for all." if others else f"{text}."


def _not_held(judged: Judged) -> list[str]:
    """Name what fails beside the amount, by the way of which the least fails."""
    way = min(judged.tree.ways, key=lambda one: len(judged.failing(one)))
    leaves = [judged.tree.leaves[place] for place in judged.failing(way)]
    return [f"The condition on {fields_of(one)}" for one in leaves if not one.compares_amounts]


def _refusal(group: Group, rule: Rule) -> str | None:
    if len(group.members) > MAX_MEMBERS:
        return f"A group has at most {MAX_MEMBERS} records."
    rollup = rule.rollup
    if rollup is None or rollup.kind == "date" or rollup.lookback_days is None:
        return None
    days, day = _days(group, rule), day_reader("date")(group.target)
    if not days or day is None:
        return f"A record has no {rollup.date_field}, by which the rule looks back."
    outside = max(day - rollup.lookback_days - days[0], days[-1] - day)
    if outside <= 0:
        return None
    said = "1 day" if outside == 1 else f"{outside} days"
    return f"A record lies {said} outside the {rollup.lookback_days} days that the rule looks back."


def _days(group: Group, rule: Rule) -> list[int]:
    """Return the first and last day of the many side, none where a record has none."""
    rollup = rule.rollup
    by_date = rollup is not None and rollup.kind == "date"
    field = rule.group_by[0] if by_date else (rollup and rollup.date_field) or "date"
    days = [day_reader(field)(one) for one in group.members]
    known = [day for day in days if day is not None]
    return [min(known), max(known)] if known and len(known) == len(days) else []


def _side(entries: Sequence[Facts]) -> Side:
    return Side(
        records=len(entries),
        record_ids=[one.record_id for one in entries[:MAX_LISTED]],
        sum=decimal_of(sum_of(entries)),
    )


def _signed(units: int, *, exponent: int) -> str:
    text = difference_text(units, exponent=exponent)
    return f"-{text}" if units < 0 else text


def _exponent(*sums: Money) -> int:
    return max(one.exponent for one in sums)
