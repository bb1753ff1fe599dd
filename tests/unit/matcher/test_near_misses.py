"""Near misses: the change that is named really suffices, all of it is needed, less would not do."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from random import Random

import msgspec

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Side
from tieout_matcher.domain.explaining.changes import Change
from tieout_matcher.domain.explaining.near_misses import NearMiss, TriedRule
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.rule import RuleError
from unit.matcher import naive
from unit.matcher.builders import a_leaf
from unit.matcher.explained import (
    Filters,
    Records,
    changed,
    facts,
    filters_of,
    misses,
    rule_of,
    tree,
    tried,
)
from unit.matcher.rule_cases import Compared, compared

CASES = 1000
KINDS = {
    "tolerance", "min_similarity", "transforms", "condition_added", "condition_removed", "value",
}  # fmt: skip


def would_match(
    filters: Filters, records: Records, changes: list[Change], sign_mode: SignMode
) -> bool:
    """Carry changes out and ask the naive evaluator; record 1 is of side A."""
    try:
        filters, records = changed(filters, records, changes)
        rule = rule_of(filters)
    except RuleError:
        return False
    return naive.holds(rule, records[1], records[2], sign_mode)


def smaller(change: Change) -> Iterator[Change]:
    """Yield a change that asks for as little less as can be written."""
    if change.kind == "min_similarity":
        yield msgspec.structs.replace(change, to=change.to + 1)
    if change.kind in ("tolerance", "condition_added"):
        unit = change.unit or change.to["tolerance_unit"]
        given = change.to if change.kind == "tolerance" else change.to["tolerance_amount"]
        step = {"day": Decimal(1), "percent": Decimal("0.01")}.get(unit, Decimal(1).scaleb(-18))
        less = format(exact_minus(Decimal(given), step), "f")
        to = less if change.kind == "tolerance" else change.to | {"tolerance_amount": less}
        yield msgspec.structs.replace(change, to=to)


def exact_minus(one: Decimal, other: Decimal) -> Decimal:
    scale = 18
    units = int(str(format(one, "f")).partition(".")[0]) * 10**scale
    places = format(one, "f").partition(".")[2].ljust(scale, "0")
    whole, _, rest = format(other, "f").partition(".")
    units += int(places) - int(whole) * 10**scale - int(rest.ljust(scale, "0"))
    digits = str(units).rjust(scale + 1, "0")
    return Decimal(f"{digits[:-scale]}.{digits[-scale:]}")


def case(seed: int) -> tuple[Filters, Compared, Side]:
    """Make always the same case of a seed; a condition that always holds finds candidates."""
    random = Random(seed)  # noqa: S311  # a simulation, no secret
    filters = filters_of(tree(random, depth=2), a_leaf("date", tolerance_amount=3000))
    return filters, compared(random), random.choice(("A", "B"))


def found(filters: Filters, pair: Compared, side: Side) -> list[NearMiss]:
    one = facts(1, "A", pair.one, pair.sign_mode)
    two = facts(2, "B", pair.two, pair.sign_mode)
    entry, other = (one, two) if side == "A" else (two, one)
    return misses(entry, [other], tried(filters), sign_mode=pair.sign_mode)


def test_the_named_change_suffices_and_nothing_less() -> None:
    kinds = Counter[str]()

    for seed in range(CASES):
        filters, pair, side = case(seed)
        records = {1: pair.one, 2: pair.two}
        for near in found(filters, pair, side):
            changes = [] if near.changes[0].kind == "pass" else near.changes
            assert would_match(filters, records, changes, pair.sign_mode), seed
            for number, change in enumerate(changes):
                before, after = changes[:number], changes[number + 1 :]
                for fewer in ([], *([one] for one in smaller(change))):
                    made = [*before, *fewer, *after]
                    assert not would_match(filters, records, made, pair.sign_mode), seed
                kinds[change.kind] += 1

    assert set(kinds) == KINDS


def crowd(seed: int) -> tuple[list[TriedRule], Facts, list[Facts]]:
    """Make rules, an entry and candidates of which many are like it."""
    random = Random(seed)  # noqa: S311  # a simulation, no secret
    rules = [
        tried(filters_of(tree(random, depth=1), a_leaf("date", tolerance_amount=3000)), number)
        for number in (1, 2)
    ]
    pairs = [compared(random) for _ in range(6)]
    candidates = [
        facts(10 + number, "B", fields)
        for number, fields in enumerate(f for pair in pairs for f in (pair.one, pair.two))
    ]
    return rules, facts(1, "A", pairs[0].one), candidates


def test_the_order_is_total_whatever_the_order_of_the_candidates() -> None:
    shown = 0

    for seed in range(120):
        rules, entry, candidates = crowd(seed)
        first = misses(entry, candidates, *rules)
        again = misses(entry, candidates[::-1], *rules)
        assert first == again
        assert [one.failing for one in first] == sorted(one.failing for one in first)
        assert len({one.record_id for one in first}) == len(first) <= 5
        shown += len(first)

    assert shown > 200


def test_what_a_near_miss_says_fails_is_what_the_trace_says() -> None:
    for seed in range(120):
        rules, entry, candidates = crowd(seed)
        for one in misses(entry, candidates, *rules):
            way = one.trace.alternatives[one.alternative]
            failing = {
                (c.key, c.value, c.operand, str(c.tolerance), str(c.transforms), c.min_similarity)
                for c in one.trace.conditions
                if c.path in way.paths and c.result != "pass"
            } | {c.implied for c in one.trace.conditions
                 if c.implied in way.implied and c.result == "fail"}  # fmt: skip
            assert len(failing) == one.failing, seed
