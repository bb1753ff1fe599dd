"""Learning is repeatable: nothing twice, nothing refused, nothing that people contradict."""

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from tieout_matcher.domain.backtesting.judgement import Truth
from tieout_matcher.domain.learning.draft import Draft, meaning
from tieout_matcher.domain.learning.evidence import MIN_PRECISION
from tieout_matcher.domain.learning.learn import Learned, learn
from tieout_matcher.domain.learning.sample import Sample
from tieout_matcher.domain.rule import Leaf, Rule, Transform
from tieout_matcher.domain.rule_draft import read_draft, rule_of
from unit.matcher.planted import Planting, everything, lines

PREFIX = "equal reference (digits only), equal amount"
WEEKEND = "equal amount, date at most 3 days apart"


def _digits() -> Rule:
    digits = (Transform(name="digits_only"),)
    leaf = Leaf(key="reference", value="reference", key_transforms=digits, value_transforms=digits)
    return Draft(leaves=(leaf,), telling=True).rule(77, priority=3)


def test_what_rules_find_already_is_not_learned_again() -> None:
    planted = Planting(1).prefixed(60).over_weekends(60).noise(40)

    assert lines(planted.learn(known=[_digits()])) == [WEEKEND]


def test_what_was_refused_is_never_proposed_again() -> None:
    planted = Planting(1).prefixed(60).noise(40)

    assert all(line != PREFIX for line in lines(planted.learn(refused=[_digits()])))


def _as_known(learned: list[Learned]) -> list[Rule]:
    return [one.draft.rule(100 + place, priority=place) for place, one in enumerate(learned)]


@pytest.mark.parametrize("seed", [0, 1])
def test_what_was_learned_once_is_not_learned_twice(seed: int) -> None:
    planted = everything(seed)

    learned = planted.learn()

    assert planted.learn(known=_as_known(learned), refused=_as_known(learned)) == []


@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_sample_teaches_the_same_in_whatever_order_it_is_given(seed: int) -> None:
    past = Planting(seed).prefixed(40, shown=9).less_a_fee(40, shown=7).noise(40).past()
    mixed = list(past.entries)
    Random(seed).shuffle(mixed)  # noqa: S311  # chance that can be had again, not a secret

    taught = [
        learn(Sample(past=one), known=(), refused=(), run_type="continuous")
        for one in (past, replace(past, entries=mixed, matches=past.matches[::-1]))
    ]

    assert lines(taught[0]) == lines(taught[1]) != []
    assert [one.found.records for one in taught[0]] == [one.found.records for one in taught[1]]


@pytest.mark.parametrize("seed", range(4))
def test_no_rule_contradicts_what_people_did_in_more_than_one_of_a_hundred(seed: int) -> None:
    planted = Planting(seed)
    planted.prefixed(40, shown=20).less_a_fee(40, shown=20).over_weekends(40, shown=20).noise(60)
    chance = Random(seed)  # noqa: S311  # chance that can be had again, not a secret
    mistaken = chance.sample(range(len(planted.matches)), 2 * seed)
    sides_b = [planted.matches[place].side_b for place in mistaken]
    for place, side_b in zip(mistaken, sides_b[1:] + sides_b[:1], strict=True):
        planted.matches[place] = planted.matches[place]._replace(side_b=side_b)

    learned = planted.learn()

    truth = Truth(planted.past())
    for one in learned:
        pairs = [pair for made in one.found.made for pair in made.pairs]
        words = [truth.judgement(pair, apart=False) for pair in pairs]
        right, wrong = words.count("right"), words.count("wrong")
        assert Fraction(right, max(right + wrong, 1)) >= MIN_PRECISION or right + wrong == 0


@pytest.mark.parametrize("seed", [0, 1])
def test_a_learned_rule_is_filed_as_what_was_tried(seed: int) -> None:
    for one in everything(seed).learn():
        body: dict[str, Any] = {"reconciliation_id": 1} | one.draft.body()
        stored = read_draft(body).stored
        filed = rule_of(rule_id=1, version=1, priority=0, status="active", stored=stored)

        assert filed == one.draft.rule(1, priority=0)
        assert meaning(filed) == meaning(one.draft.rule(9, priority=4))
