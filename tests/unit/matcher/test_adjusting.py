"""A stated adjustment is made exactly when the entry, changed by it, ties with its counterparts."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_contracts.config_events import SignMode
from tieout_contracts.money import decimal_from_minor
from tieout_contracts.outcomes import Adjustment
from tieout_contracts.record import Direction, Side
from tieout_matcher.domain.adjusted import StatedAdjustment, stated_adjustment
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.forced import ForceRefusedError
from unit.matcher.builders import a_rule_set, an_entry, some_fields

RULES = a_rule_set()
SIDES: tuple[Side, ...] = ("A", "B")
MODES: tuple[SignMode, ...] = get_args(SignMode)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)


def member(number: int, side: Side, minor: int, **given_fields: str | int) -> Entry:
    return an_entry(number, side, some_fields(str(minor), **given_fields), RULES)


def stated(amount: str, currency: str = "EUR") -> StatedAdjustment:
    return StatedAdjustment(amount=amount, currency=currency, note="a fee")


def adjusted(
    *members: Entry, amount: str, sign_mode: SignMode = "same", currency: str = "EUR"
) -> list[Adjustment]:
    return stated_adjustment(
        members[0], members[1:], sign_mode=sign_mode, stated=stated(amount, currency)
    )


def code_of(*members: Entry, amount: str, currency: str = "EUR") -> tuple[str, str]:
    with pytest.raises(ForceRefusedError) as refused:
        adjusted(*members, amount=amount, currency=currency)
    return refused.value.code, refused.value.message


@pytest.mark.parametrize(
    ("side", "amount", "of_side_a"), [("A", "-2.50", "250"), ("B", "2.5", "250")]
)
def test_the_amount_is_added_to_the_entry_itself(side: Side, amount: str, of_side_a: str) -> None:
    bank, books = member(1, "A", 100250), member(2, "B", 100000)
    members = (bank, books) if side == "A" else (books, bank)

    (made,) = adjusted(*members, amount=amount)

    assert made == Adjustment(
        amount_minor=of_side_a, exponent=2, currency="EUR", reason="manual", note="a fee"
    )


def _counted(minor: int, direction: Direction, side: Side, sign_mode: SignMode) -> int:
    """What an amount counts, worked out apart from the code under test."""
    signed = minor if direction == "credit" else -minor
    if sign_mode == "absolute":
        return minor
    return -signed if (sign_mode, side) == ("opposite", "B") else signed


@given(
    sign_mode=st.sampled_from(MODES),
    side=st.sampled_from(SIDES),
    own=st.tuples(st.integers(0, 10**12), st.sampled_from(DIRECTIONS)),
    others=st.lists(st.tuples(st.integers(0, 10**12), st.sampled_from(DIRECTIONS)), max_size=3),
    off_by=st.sampled_from([0, 0, 1, -1, 10**6]),
)
def test_only_the_amount_that_makes_it_tie_is_taken(
    sign_mode: SignMode,
    side: Side,
    own: tuple[int, Direction],
    others: list[tuple[int, Direction]],
    off_by: int,
) -> None:
    far: Side = "B" if side == "A" else "A"
    members = [member(1, side, own[0], direction=own[1])]
    members += [
        member(number, far, minor, direction=direction)
        for number, (minor, direction) in enumerate(others, start=2)
    ]
    wanted = sum(_counted(minor, way, far, sign_mode) for minor, way in others)
    missing = wanted - _counted(*own, side, sign_mode)
    # What is added to the entry's own amount is counted as that amount is.
    needed = -missing if (sign_mode, side) == ("opposite", "B") else missing
    amount = decimal_from_minor(needed + off_by, exponent=2)

    if off_by or not needed:
        with pytest.raises(ForceRefusedError) as refused:
            adjusted(*members, amount=amount, sign_mode=sign_mode)
        assert refused.value.code == "amounts_differ"
        return
    (made,) = adjusted(*members, amount=amount, sign_mode=sign_mode)
    side_a_more = -missing if side == "A" else missing
    assert int(made.amount_minor) == side_a_more


def test_a_refusal_names_the_amount_that_would_tie() -> None:
    code, message = code_of(member(1, "B", 1234), amount="150.5")

    assert code == "amounts_differ"
    assert "an adjustment of -12.34 EUR, not of 150.5" in message


def test_what_cannot_be_an_adjustment_of_these_records_is_refused() -> None:
    one, two = member(1, "A", 1000), member(2, "B", 900)

    assert code_of(one, two, amount="-1", currency="USD")[0] == "currency_mismatch"
    assert code_of(one, two, amount="-1.001")[0] == "precision_exceeded"
    assert code_of(one, member(3, "A", 900), amount="-1")[0] == "same_side"
    assert code_of(one, member(4, "B", 1000), amount="-1")[0] == "amounts_differ"
    assert [each.amount_minor for each in adjusted(one, two, amount="-1.000")] == ["100"]
