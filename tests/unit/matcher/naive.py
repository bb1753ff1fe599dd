"""Deciding one by one, straight from the meaning of the words; slow and without the engine."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Fields, Side
from tieout_matcher.domain.rule import Group, Leaf, Rule
from unit.matcher.naive_conditions import leaf_holds, money


@dataclass(frozen=True, kw_only=True)
class Arriving:
    """One item of a log; its place in the log is its entry number."""

    record_id: int
    side: Side
    fields: Fields


def decide_one_by_one(
    *,
    log: Sequence[Arriving],
    rules: Sequence[Rule],
    sign_mode: SignMode,
    blocks: Collection[tuple[int, int]] = (),
) -> list[tuple[int, int, int] | None]:
    """For each arrival (record of A, record of B, rule's place), or None when it stays open."""
    running = sorted(
        (rule for rule in rules if rule.status == "active"),
        key=lambda rule: (rule.priority, rule.rule_id),
    )
    waiting: list[Arriving] = []
    outcomes: list[tuple[int, int, int] | None] = []
    for arriving in log:
        found = _first(arriving, waiting, running, sign_mode, blocks)
        if found is None:
            waiting.append(arriving)
            outcomes.append(None)
        else:
            other, place = found
            waiting.remove(other)
            one, two = _sorted(arriving, other)
            outcomes.append((one.record_id, two.record_id, place))
    return outcomes


def _first(
    arriving: Arriving,
    waiting: Sequence[Arriving],
    rules: Sequence[Rule],
    sign_mode: SignMode,
    blocks: Collection[tuple[int, int]],
) -> tuple[Arriving, int] | None:
    for place, rule in enumerate(rules):
        for other in waiting:
            if other.side == arriving.side:
                continue
            one, two = _sorted(arriving, other)
            blocked = (one.record_id, two.record_id) in blocks
            if not blocked and holds(rule, one.fields, two.fields, sign_mode):
                return other, place
    return None


def _sorted(one: Arriving, two: Arriving) -> tuple[Arriving, Arriving]:
    return (one, two) if one.side == "A" else (two, one)


def holds(rule: Rule, one: Fields, two: Fields, sign_mode: SignMode) -> bool:
    """Tell whether a rule holds between a record of side A and one of side B."""
    if one.currency != two.currency:
        return False
    found = _true(rule.condition, one, two, sign_mode)
    if money(one, "A", sign_mode) == money(two, "B", sign_mode):
        return found is not Truth.NO
    return found is Truth.WITH_AMOUNT


class Truth(IntEnum):
    """Whether a tree holds, and by conditions that say what the amount may be."""

    NO = 0
    YES = 1
    WITH_AMOUNT = 2


def _true(node: Group | Leaf, one: Fields, two: Fields, sign_mode: SignMode) -> Truth:
    if isinstance(node, Leaf):
        if not leaf_holds(node, one, two, sign_mode):
            return Truth.NO
        return Truth.WITH_AMOUNT if node.key == "amount" else Truth.YES
    children = [_true(child, one, two, sign_mode) for child in node.children]
    if node.operand == "and" and Truth.NO in children:
        return Truth.NO
    return max(children)
