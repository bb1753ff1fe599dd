"""The index of explanations: amounts in their order, and a key for whatever nearly matches."""

from collections.abc import Sequence
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tieout_matcher.domain.explaining.search_sets import MAX_SETS, amount_measure, search_sets
from tieout_matcher.domain.explaining.standing import Stand
from tieout_matcher.domain.explaining.tree import Tree
from tieout_matcher.domain.passes.keys import MAX_BUCKETED, Blocking, bucket_width
from tieout_matcher.domain.rule import Leaf
from unit.matcher.builders import a_leaf, some_fields
from unit.matcher.explained import facts, filters_of, rule_of, tree
from unit.matcher.rule_cases import compared

amounts = st.integers(-(10**56), 10**56)


@given(one=amounts, other=amounts)
def test_measures_are_in_the_order_of_amounts(one: int, other: int) -> None:
    if one <= other:
        assert amount_measure(one) <= amount_measure(other)
    assert -(2**63) <= amount_measure(one) < 2**63


@given(units=st.integers(0, 2**55), more=st.integers(1, 1000))
def test_measures_tell_amounts_of_a_few_digits_apart(units: int, more: int) -> None:
    assert amount_measure(units) < amount_measure(units + more)
    assert amount_measure(-units) > amount_measure(-units - more)


def test_whatever_misses_by_one_condition_shares_a_key_of_the_rest() -> None:
    missed = 0

    for seed in range(3000):
        random = Random(seed)  # noqa: S311  # a simulation, no secret
        rule = rule_of(filters_of(tree(random, depth=2), a_leaf("date", tolerance_amount=3000)))
        pair, sets = compared(random), search_sets([rule])
        one = facts(1, "A", pair.one, pair.sign_mode)
        two = facts(2, "B", pair.two, pair.sign_mode)
        standing = Stand(Tree(rule), one).of(two)
        for way in standing.tree.ways:
            lost = [place for place in way.paths if not standing.holds[place]]
            if standing.failing(way) != 1 or not lost or len(sets.pairs) == MAX_SETS:
                continue
            leaves = [standing.tree.leaves[place] for place in way.paths if place not in lost]
            probes = set(sets.probes(one))
            shared = [
                _compared(one_set.blocking)
                for one_set in sets.pairs
                if any(kept.key_hash in probes for kept in one_set.kept(two))
            ]
            assert _looked_up(leaves) in shared, seed
            missed += 1

    assert missed > 200


def _looked_up(leaves: Sequence[Leaf]) -> tuple[set[Leaf], set[Leaf]]:
    """Return the equalities, and the first tolerances that a key can hold."""
    others = [one for one in leaves if not one.compares_amounts]
    near = [one for one in others if bucket_width(one) is not None][:MAX_BUCKETED]
    return {one for one in others if one.exact}, set(near)


def _compared(blocking: Blocking) -> tuple[set[Leaf], set[Leaf]]:
    near = {judge.leaf for judge, _ in blocking.bucketed}
    return {judge.leaf for judge in blocking.equal}, near


def test_rules_that_compare_the_same_share_their_sets() -> None:
    first = rule_of(filters_of(a_leaf("reference"), a_leaf("date")), rule_id=1)
    again = rule_of(filters_of(a_leaf("date"), a_leaf("reference")), rule_id=2)

    assert search_sets([first, again]).shape == search_sets([first]).shape


def test_sets_are_bounded_whatever_the_rules() -> None:
    rules = [rule_of(filters_of(a_leaf(f"metadata.m{n}"), a_leaf("date")), n) for n in range(99)]

    assert len(search_sets(rules).pairs) == MAX_SETS


def test_an_entry_without_a_value_has_no_place_where_it_is_compared() -> None:
    sets = search_sets([rule_of(filters_of(a_leaf("reference")))])

    assert len(sets.kept(facts(1, "A", some_fields()))) == 1
    assert len(sets.kept(facts(1, "A", some_fields(reference="x")))) == 3
