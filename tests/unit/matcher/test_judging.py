"""Conditions of every kind: they hold exactly when the words say so, and closeness is exact."""

from collections import Counter
from collections.abc import Iterator
from random import Random

from tieout_matcher.domain.alternatives import alternatives
from tieout_matcher.domain.conditions import OPERANDS
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import EXACT, Judge, difference_of
from tieout_matcher.domain.plan import compile_rules
from tieout_matcher.domain.rule import Rule
from unit.matcher import naive, naive_conditions
from unit.matcher.builders import a_rule, encoded
from unit.matcher.judged import closeness, facts, values
from unit.matcher.rule_cases import (
    Compared,
    compared,
    condition,
    equality,
    leaf_of,
    rule,
)

CASES = 10_000


def seeded(cases: int) -> Iterator[Random]:
    """Yield a source of the same random choices for each case of every run."""
    return (Random(seed) for seed in range(cases))  # noqa: S311  # a simulation, no secret


def test_a_condition_holds_exactly_when_its_words_say_so() -> None:
    held = Counter[str]()

    for random in seeded(CASES):
        given, pair = condition(random), compared(random)
        expected = naive_conditions.leaf_holds(leaf_of(given), pair.one, pair.two, pair.sign_mode)
        found = closeness(given, (pair.one, pair.two), pair.sign_mode)
        assert (found is not None) == expected, (given, pair)
        assert found is None or 0 <= found <= 1
        held[given.get("operand", "eq")] += expected

    assert set(held) == OPERANDS
    assert min(held.values()) > CASES // 1000, held


def judged(rule: Rule, pair: Compared) -> bool:
    """Judge a whole rule as passes do: one currency, one amount where it says nothing of it."""
    one, two = facts(pair.one, "A", pair.sign_mode), facts(pair.two, "B", pair.sign_mode)
    equal = one.amount * 10**two.exponent == two.amount * 10**one.exponent
    return one.currency == two.currency and any(
        (equal or any(leaf.compares_amounts for leaf in way))
        and all(closes(Judge(leaf), one, two) for leaf in way)
        for way in alternatives(rule.condition)
    )


def closes(judge: Judge, one: Facts, two: Facts) -> bool:
    a, b = judge.read_a(one), judge.read_b(two)
    return a is not None and b is not None and judge.holds(a, b)


def test_a_rule_holds_exactly_when_its_words_say_so() -> None:
    held = 0

    for random in seeded(CASES // 4):
        given, pair = rule(random), compared(random)
        expected = naive.holds(given, pair.one, pair.two, pair.sign_mode)
        assert judged(given, pair) == expected, (given, pair)
        held += expected

    assert held > CASES // 200


def test_what_is_equal_on_arrival_is_equal_in_passes() -> None:
    held = 0

    for random in seeded(CASES // 4):
        exact = a_rule(*(equality(random) for _ in range(random.randint(1, 2))))
        pair = compared(random)
        compiled = compile_rules([exact], sign_mode=pair.sign_mode)
        (one,), (two,) = (
            compiled.texts(encoded(pair.one), "A"), compiled.texts(encoded(pair.two), "B"),
        )  # fmt: skip
        assert (one is not None and one == two) == judged(exact, pair), (exact, pair)
        held += one is not None and one == two

    assert held > CASES // 200


def test_no_difference_is_exact_and_a_difference_is_not() -> None:
    for random in seeded(CASES // 4):
        judge, pair = Judge(leaf_of(condition(random))), compared(random)
        a, b = values(judge, (pair.one, pair.two), pair.sign_mode)
        if judge.leaf.tolerance is None or a is None or b is None or not judge.holds(a, b):
            continue
        assert (judge.closeness(a, b) is EXACT) == (difference_of(judge.leaf, a, b) == 0)
