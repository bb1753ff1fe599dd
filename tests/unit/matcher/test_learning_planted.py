"""What is planted among noise is learned, from open entries alone or from what people matched."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from unit.matcher.planted import START, Planting, everything, lines

Plant = Callable[[Planting], Planting]
PREFIX = "equal reference (digits only), equal amount"
FEE = "equal reference, amount at most 0.6 percent apart, equal date"
NAMED_FEE = "equal counterparty, amount at most 0.6 percent apart, equal date"
WEEKEND = "equal amount, date at most 3 days apart"
PAID_OUT = "equal amount by date counterparty"
BATCH = (
    "equal metadata.payout (lowercase) and reference (lowercase), equal amount by metadata.payout"
)
PATTERNS: list[tuple[str, Plant, str]] = [
    ("a prefix", lambda one: one.prefixed(60), PREFIX),
    ("a prefix, shown", lambda one: one.prefixed(8, shown=8), PREFIX),
    ("a prefix, partly shown", lambda one: one.prefixed(60, shown=20), PREFIX),
    ("a fee", lambda one: one.less_a_fee(60), FEE),
    ("a fee, partly shown", lambda one: one.less_a_fee(60, shown=20), FEE),
    ("a fee of customers, shown", lambda one: one.less_a_fee(80, shown=40, named=False), NAMED_FEE),
    ("weekends", lambda one: one.over_weekends(60), WEEKEND),
    ("weekends, partly shown", lambda one: one.over_weekends(60, shown=20), WEEKEND),
    ("payouts", lambda one: one.paid_out(10), PAID_OUT),
    ("payouts, partly shown", lambda one: one.paid_out(6, shown=8), PAID_OUT),
    ("payouts of side B", lambda one: one.paid_out(10, many="B"), PAID_OUT),
    ("batches", lambda one: one.in_batches(15), BATCH),
    ("batches, shown", lambda one: one.in_batches(8, shown=6), BATCH),
]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    ("plant", "line"), [one[1:] for one in PATTERNS], ids=[one[0] for one in PATTERNS]
)
def test_a_pattern_is_learned_and_nothing_else(seed: int, plant: Plant, line: str) -> None:
    planted = plant(Planting(seed)).noise(40)

    learned = planted.learn()

    assert lines(learned) == [line]
    assert (learned[0].found.wrong, learned[0].found.misled) == (0, 0)


@pytest.mark.parametrize("seed", [0, 1])
def test_several_patterns_are_learned_together_the_safest_first(seed: int) -> None:
    learned = everything(seed).learn()

    near = FEE.replace("equal reference", "equal reference (digits only)")
    assert lines(learned) == [PREFIX, near, WEEKEND, PAID_OUT, BATCH]


def test_a_lookback_is_as_long_as_payouts_take_and_side_b_is_gathered_when_it_is_many() -> None:
    (of_a,), (of_b,) = (
        Planting(3).paid_out(10, many=side).noise(40).learn() for side in ("A", "B")
    )  # type: ignore[arg-type]  # they are sides

    assert of_a.draft.rollup is not None
    assert (of_a.draft.many_side, of_b.draft.many_side) == ("a", "b")
    assert (of_a.draft.rollup.kind, of_a.draft.rollup.lookback_days) == ("date", 2)


def test_what_is_paid_in_and_out_on_a_day_is_told_apart_by_direction_alone() -> None:
    planted = Planting(1)
    for day in (START + timedelta(days=3 * n) for n in range(12)):
        for direction in ("credit", "debit"):
            sums = [planted.cents() for _ in range(planted.chance.randint(2, 5))]
            for cents in sums:
                planted.add("A", cents, day, direction=direction)
            planted.add("B", sum(sums), day, direction=direction)

    assert lines(planted.learn()) == ["equal amount by date direction"]


def test_what_only_amounts_near_each_other_say_takes_a_persons_word() -> None:
    assert Planting(1).less_a_fee(80, named=False).noise(40).learn() == []


def test_where_every_amount_is_the_same_texts_take_a_persons_word() -> None:
    def planted(shown: int) -> Planting:
        one = Planting(1)
        for number in range(40):
            a, b = (one.add(side, 999, one.a_day(), reference=f"R{number}") for side in ("A", "B"))  # type: ignore[arg-type]  # they are sides
            if number < shown:
                one.match([a], [b])
        return one

    assert planted(shown=0).learn() == []
    assert lines(planted(shown=8).learn()) == ["equal reference, equal amount"]
