"""From noise nothing is learned, whatever it is; without the questions asked something would."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieout_matcher.domain.learning import trial
from tieout_matcher.domain.learning.evidence import Trial
from unit.matcher.planted import START, Planting, lines

FEW_AMOUNTS = (1_000, 2_500, 5_000, 9_900)
_plantings = st.builds(Planting, st.integers(0, 10**6))


@settings(max_examples=15, deadline=None)
@given(_plantings, st.sampled_from([(), FEW_AMOUNTS, (1_000,)]), st.integers(0, 60))
def test_nothing_is_learned_from_noise_nor_from_matches_of_noise(
    planted: Planting, amounts: tuple[int, ...], shown: int
) -> None:
    planted.noise(150, amounts)
    sides = [[one.record_id for one in planted.entries if one.side == side] for side in "AB"]
    for a, b in zip(*(planted.chance.sample(side, shown) for side in sides), strict=True):
        planted.match([a], [b])

    assert lines(planted.learn()) == []


def _row_numbers(planted: Planting) -> None:
    """Both sides count their rows: equal numbers that mean nothing."""
    for number in range(200):
        for side in ("A", "B"):
            planted.add(
                side,  # type: ignore[arg-type]  # it is a side
                planted.chance.choice(FEW_AMOUNTS),
                planted.a_day(),
                external_id=f"row {number}",
            )


def _one_day(planted: Planting) -> None:
    """Everything is of one day, of few amounts."""
    for number in range(200):
        for side in ("A", "B"):
            amount = planted.chance.randrange(100, 300)
            planted.add(side, amount, START, reference=f"{side}{number}")  # type: ignore[arg-type]  # it is a side


@settings(max_examples=10, deadline=None)
@given(_plantings, st.sampled_from([_row_numbers, _one_day]))
def test_nothing_is_learned_from_what_agrees_without_meaning_anything(
    planted: Planting, noise: Callable[[Planting], None]
) -> None:
    noise(planted)

    assert lines(planted.learn()) == []


@pytest.mark.parametrize("noise", [_row_numbers, _one_day])
def test_without_looking_at_chance_noise_would_teach(
    monkeypatch: pytest.MonkeyPatch, noise: Callable[[Planting], None]
) -> None:
    monkeypatch.setattr(Trial, "more_than_chance", True)
    planted = Planting(1)
    noise(planted)

    assert planted.learn() != []


def test_without_withholding_counterparts_a_rule_of_equal_amounts_would_be_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of few amounts each day any two are equal: right for who is there, wrong for who is not."""

    def planted() -> Planting:
        one = Planting(3)
        for number in range(60):
            cents, day = FEW_AMOUNTS[number % 4] + number // 4 * 7, one.a_day()
            a, b = one.add("A", cents, day), one.add("B", cents, day)
            one.match([a], [b])
            for _ in range(2):
                one.add("B", cents, one.a_day(), description="another customer's")
        return one

    believed_not = lines(planted().learn())
    monkeypatch.setattr(trial, "_withheld", lambda sample: sample.past)
    believed = lines(planted().learn())

    assert (believed_not, believed) == ([], ["equal amount, equal date"])
