"""Traces: every condition as the naive evaluator says, and the score as what solved it said."""

from collections import Counter
from random import Random

from tieout_contracts.record import Fields
from tieout_matcher.domain.alternatives import alternatives
from tieout_matcher.domain.explaining.judged import judge
from tieout_matcher.domain.explaining.made import explain_match
from tieout_matcher.domain.explaining.trace import Condition, Trace, trace_of
from tieout_matcher.domain.explaining.tree import Tree
from tieout_matcher.domain.filters import read_condition
from tieout_matcher.domain.passes.pairs import solve_pairs
from unit.matcher import group_cases, naive, random_pairs
from unit.matcher.builders import a_leaf, some_fields
from unit.matcher.explained import Filters, facts, filters_of, node, rule_of, tree
from unit.matcher.groups import proposals, solve
from unit.matcher.naive_conditions import leaf_holds
from unit.matcher.rule_cases import compared, leaf_of

CASES = 3000


def traced(filters: Filters, one: Fields, two: Fields) -> Trace:
    sides = (facts(1, "A", one),), (facts(2, "B", two),)
    return trace_of(judge(Tree(rule_of(filters)), *sides))


def condition_at(trace: Trace, path: str) -> Condition:
    return next(one for one in trace.conditions if one.path == path)


def test_every_condition_of_the_tree_is_traced_as_its_words_say() -> None:
    results = Counter[str]()

    for seed in range(CASES):
        random = Random(seed)  # noqa: S311  # a simulation, no secret
        filters = filters_of(tree(random, depth=3), a_leaf("date", tolerance_amount=3000))
        pair, rule = compared(random), rule_of(filters)
        one = facts(1, "A", pair.one, pair.sign_mode)
        two = facts(2, "B", pair.two, pair.sign_mode)
        trace = trace_of(judge(Tree(rule), (one,), (two,)))
        for condition in trace.conditions:
            if condition.path is not None:
                leaf = leaf_of(node(filters, condition.path))
                expected = leaf_holds(leaf, pair.one, pair.two, pair.sign_mode)
                assert (condition.result == "pass") == expected, (seed, condition)
            results[condition.result] += 1
        held = naive.holds(rule, pair.one, pair.two, pair.sign_mode)
        assert (trace.held is not None) == held, seed
        assert len(trace.alternatives) == len(alternatives(read_condition(filters)))

    assert min(results[one] for one in ("pass", "fail", "missing")) > CASES // 2


def test_what_a_pass_pairs_is_explained_with_its_score_and_all_of_one_alternative() -> None:
    made = 0

    for seed in range(600):
        case = random_pairs.case_of(seed)
        rule = case.rules[0]
        solved = solve_pairs(
            rule=rule,
            rule_index=0,
            entries=case.facts(),
            blocked=case.blocked,
            only_suggest=case.only_suggest,
        )
        for one in proposals(solved):
            trace, score = explain_match(rule, one.side_a, one.side_b, stored_score=one.score)
            assert (score.computed, trace.held is None) == (one.score, False), seed
            held = trace.alternatives[trace.held or 0]
            assert {condition_at(trace, path).result for path in held.paths} == {"pass"}
            implied = {c.implied: c.result for c in trace.conditions if c.implied}
            assert {implied[name] for name in held.implied} == {"pass"}
            made += 1

    assert made > 100


def test_what_a_pass_groups_is_explained_with_its_score() -> None:
    made = 0

    for seed in range(300):
        case = group_cases.case_of(seed)
        rule = case.rules[0]
        for one in proposals(solve(rule, case.facts(), blocked=case.blocked)):
            _, score = explain_match(rule, one.side_a, one.side_b, stored_score=one.score)
            assert score.computed == one.score, seed
            made += 1

    assert made > 50


def test_values_are_shown_before_and_after_transforms() -> None:
    filters = filters_of(
        a_leaf("reference", transforms={"key": ["digits_only"]}), a_leaf("counterparty")
    )
    one, two = some_fields(reference="INV-4711"), some_fields(reference="4711", counterparty="x")

    trace = traced(filters, one, two)

    same, missing = trace.conditions[:2]
    assert (same.side_a.before, same.side_a.after) == ("INV-4711", "4711")
    assert (same.side_b.before, same.result, same.transforms) == (
        "4711", "pass", {"key": ["digits_only"]},
    )  # fmt: skip
    assert (missing.side_a.before, missing.side_b.after, missing.result) == (None, "x", "missing")


def test_an_amount_is_shown_as_recorded_and_as_counted() -> None:
    rule = rule_of(filters_of(a_leaf("amount")))
    one = facts(1, "A", some_fields("10050"), "opposite")
    two = facts(2, "B", some_fields("10025", direction="debit"), "opposite")

    (amount, currency) = trace_of(judge(Tree(rule), (one,), (two,))).conditions

    assert (amount.side_b.before, amount.side_b.after) == ("-100.25", "100.25")
    assert amount.difference is not None
    assert (amount.difference.amount, amount.difference.unit) == ("0.25", "EUR")
    assert (currency.implied, currency.side_a.before, currency.result) == (
        "one_currency", "EUR", "pass",
    )  # fmt: skip


def test_a_text_that_is_no_date_fails_and_is_not_missing() -> None:
    near = a_leaf("date", "reference", tolerance_amount=2, tolerance_unit="day")

    (condition, *_) = traced(
        filters_of(near), some_fields(), some_fields(reference="soon")
    ).conditions

    assert (condition.result, condition.side_b.after) == ("fail", "soon")


def test_the_largest_amounts_are_shown_to_the_last_digit() -> None:
    digits = "9" * 38

    (amount, _) = traced(
        filters_of(a_leaf("amount")), some_fields(digits, exponent=18), some_fields("1")
    ).conditions

    assert amount.side_a.after == f"{digits[:20]}.{digits[20:]}"
    assert amount.difference is not None
    assert amount.difference.amount == "99999999999999999999.989999999999999999"
