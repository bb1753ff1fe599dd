"""What speaks for a draft: people's matches, what withholding and dealing show; how sure it is."""

from fractions import Fraction
from typing import Any

import pytest

from tieout_matcher.domain.backtesting.replay import Made
from tieout_matcher.domain.learning.distances import EXACT_AMOUNT
from tieout_matcher.domain.learning.draft import Draft
from tieout_matcher.domain.learning.evidence import Trial
from tieout_matcher.domain.learning.learn import Learned
from tieout_matcher.domain.learning.sample import Sample
from tieout_matcher.domain.learning.told import confidence, described, drafted, match_rate
from tieout_matcher.domain.learning.trial import trial
from tieout_matcher.domain.rule import Leaf, Rollup
from unit.matcher.pair_cases import leaf
from unit.matcher.planted import START, Planting

BY_REFERENCE = Draft(leaves=(Leaf(key="reference", value="reference"), EXACT_AMOUNT), telling=True)


def found(**given: Any) -> Trial:
    counts: dict[str, Any] = {"made": (), "confirmed": 0, "new": 0, "right": 0, "wrong": 0}
    return Trial(**counts | given)


@pytest.mark.parametrize(
    ("given", "worthy"),
    [
        ({"confirmed": 5, "right": 5}, True),
        ({"confirmed": 4, "right": 4}, False),
        ({"confirmed": 98, "right": 98, "wrong": 1}, False),
        ({"confirmed": 99, "right": 99, "wrong": 1}, True),
        ({"confirmed": 99, "right": 99, "wrong": 1, "misled": 1}, False),
        ({"confirmed": 5, "right": 5, "new": 25}, True),
        ({"confirmed": 5, "right": 5, "new": 26}, False),
        ({"confirmed": 5, "right": 5, "new": 26, "by_chance": Fraction(0)}, True),
        ({"new": 10}, False),
        ({"new": 10, "by_chance": Fraction(0)}, True),
        ({"new": 9, "by_chance": Fraction(0)}, False),
        ({"new": 20, "by_chance": Fraction(1, 2)}, True),
        ({"new": 19, "by_chance": Fraction(1, 2)}, False),
        ({"new": 20, "by_chance": Fraction(3, 4)}, False),
        ({"new": 100, "by_chance": Fraction(1)}, True),
        ({"new": 100, "by_chance": Fraction(3, 2)}, False),
        ({"new": 100, "by_chance": Fraction(4), "alike": 100}, True),
        ({"new": 50, "by_chance": Fraction(4), "alike": 100}, False),
        ({"new": 100, "by_chance": Fraction(60), "alike": 100}, False),
        ({"new": 4, "confirmed": 6, "by_chance": Fraction(1), "right": 6, "alike": 0}, True),
    ],
)
def test_a_draft_is_worth_a_look_when_people_or_chance_speak_for_it(
    given: dict[str, Any], worthy: bool
) -> None:
    assert found(**given).worthy is worthy


def test_a_trial_counts_what_people_made_too_what_is_new_and_what_is_wrong() -> None:
    planted = Planting(1).prefixed(1)
    numbers = [
        [planted.add(side, 500, START, reference=name) for side in ("A", "B")] for name in "wxyz"
    ]
    for number in (0, 1):
        planted.match(numbers[number][:1], numbers[number][1:])
    planted.match(numbers[2][:1], [2])

    seen = trial(Sample(past=planted.past()), BY_REFERENCE, run_type="continuous")

    assert (seen.confirmed, seen.new, seen.right, seen.wrong) == (2, 1, 2, 1)
    assert (seen.misled, seen.by_chance) == (0, None)
    assert seen.records == {record for pair in numbers for record in pair}


def test_what_a_draft_makes_of_withheld_counterparts_is_wrong() -> None:
    planted = Planting(1)
    for name in "abcd":
        pair = [planted.add(side, 500, START, reference=name) for side in ("A", "B")]
        planted.match(pair[:1], pair[1:])
    planted.add("B", 500, START, reference="b")
    planted.add("B", 500, START, reference="c")

    seen = trial(Sample(past=planted.past()), BY_REFERENCE, run_type="continuous")

    assert (seen.right, seen.wrong, seen.misled) == (4, 0, 1)


def test_dealing_the_money_shows_how_many_matches_are_chance() -> None:
    planted = Planting(1)
    for number in range(24):
        for side in ("A", "B"):
            planted.add(side, 500 + number % 2, START, reference=f"{number:03}")  # type: ignore[arg-type]  # it is a side

    seen = trial(Sample(past=planted.past()), BY_REFERENCE, run_type="continuous")

    assert (seen.new, seen.alike) == (24, 24)
    assert seen.by_chance is not None
    assert 0 < seen.by_chance < 24


@pytest.mark.parametrize(
    ("given", "sure"),
    [
        ({"confirmed": 50}, "high"),
        ({"confirmed": 500, "wrong": 1}, "low"),
        ({"confirmed": 500, "misled": 1}, "low"),
        ({"confirmed": 49}, "medium"),
        ({"confirmed": 15}, "medium"),
        ({"confirmed": 14}, "low"),
        ({"new": 50, "by_chance": Fraction(0)}, "medium"),
        ({"new": 50, "by_chance": Fraction(1, 2)}, "low"),
        ({"new": 49, "by_chance": Fraction(0)}, "low"),
    ],
)
def test_confidence_follows_from_what_people_did(given: dict[str, Any], sure: str) -> None:
    assert confidence(found(**given)) == sure


def test_a_person_is_told_what_it_asks_for_and_what_speaks_for_it() -> None:
    rollup = Rollup(kind="date", lookback_days=2, date_field="date")
    draft = Draft(
        leaves=(leaf("amount", tolerance="0.5 percent"), leaf("date", "value_date", "2 day")),
        group_by=("date", "counterparty"),
        rollup=rollup,
        many_side="b",
    )
    made = (Made(1, (1, 2), (3,), accepted=True),)
    seen = found(
        made=made, confirmed=7, new=2, right=30, wrong=1, misled=1, by_chance=Fraction(1, 2)
    )

    told = drafted(Learned(draft=draft, found=seen), reconciliation_id=4, priority=30)

    assert told.stored["description"] == (
        "Learned: amount at most 0.5 percent apart, date and value_date at most 2 days apart; side"
        " B gathered by date, counterparty. In the sample it makes 7 matches that people made too"
        " and 2 new ones; false pairs: 2 of 32 that people decided. With the money of side B dealt"
        " to other records it makes 0.5 on average."
    )
    assert (told.status, told.priority, told.reconciliation_id) == ("proposed", 30, 4)
    assert match_rate(seen, 50) == "3/50"
    assert "dealt" not in described(Learned(draft=draft, found=found()))
