"""A force match always ties: the residual is side A less side B, as the sign mode counts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_contracts.config_events import SignMode
from tieout_contracts.outcomes import Adjustment
from tieout_contracts.record import Side
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.forced import ForceRefusedError, residual_of
from unit.matcher.builders import a_rule_set, an_entry, some_fields

RULES = a_rule_set()
sides = st.sampled_from(["A", "B"])
money = st.tuples(st.integers(0, 10**20), st.integers(0, 18), st.sampled_from(["credit", "debit"]))


def member(number: int, side: Side, amount: str, **given: Any) -> Entry:
    return an_entry(number, side, some_fields(amount, **given), RULES)


def forced(
    *members: Entry, sign_mode: SignMode = "same", reason: Any = "write_off"
) -> list[Adjustment]:
    return residual_of(members[0], members[1:], sign_mode=sign_mode, treatment=reason)


@pytest.mark.parametrize(
    ("sign_mode", "a", "b", "residual"),
    [
        ("same", ("1000", "credit"), ("1000", "credit"), None),
        ("same", ("1000", "credit"), ("900", "credit"), "100"),
        ("same", ("900", "credit"), ("1000", "credit"), "-100"),
        ("same", ("1000", "debit"), ("900", "debit"), "-100"),
        ("same", ("1000", "credit"), ("1000", "debit"), "2000"),
        ("opposite", ("1000", "credit"), ("1000", "debit"), None),
        ("opposite", ("1000", "credit"), ("900", "debit"), "100"),
        ("opposite", ("1000", "credit"), ("1000", "credit"), "2000"),
        ("absolute", ("1000", "credit"), ("1000", "debit"), None),
        ("absolute", ("1000", "debit"), ("900", "credit"), "100"),
        ("absolute", ("900", "debit"), ("1000", "debit"), "-100"),
    ],
)
def test_the_residual_is_side_a_less_side_b(
    sign_mode: SignMode, a: tuple[str, str], b: tuple[str, str], residual: str | None
) -> None:
    one = member(1, "A", a[0], direction=a[1])
    two = member(2, "B", b[0], direction=b[1])

    for members in ((one, two), (two, one)):
        made = forced(*members, sign_mode=sign_mode)
        assert [each.amount_minor for each in made] == ([residual] if residual else [])


@pytest.mark.parametrize(
    ("side", "sign_mode", "direction", "residual"),
    [
        ("A", "same", "credit", "1000"),
        ("A", "same", "debit", "-1000"),
        ("B", "same", "credit", "-1000"),
        ("B", "same", "debit", "1000"),
        ("B", "opposite", "credit", "1000"),
        ("B", "absolute", "debit", "-1000"),
        ("A", "absolute", "debit", "1000"),
    ],
)
def test_without_a_counterpart_the_whole_amount_is_the_residual(
    side: Side, sign_mode: SignMode, direction: str, residual: str
) -> None:
    (made,) = forced(member(1, side, "1000", direction=direction), sign_mode=sign_mode)

    assert made == Adjustment(amount_minor=residual, exponent=2, currency="EUR", reason="write_off")


def test_amounts_at_different_exponents_meet_at_the_finest() -> None:
    (made,) = forced(member(1, "A", "10", exponent=0), member(2, "B", "9995", exponent=3),
                     reason="fx")  # fmt: skip

    assert (made.amount_minor, made.exponent, made.reason) == ("5", 3, "fx")


@given(
    entry=st.tuples(sides, money),
    others=st.lists(money, max_size=5),
    sign_mode=st.sampled_from(["same", "opposite", "absolute"]),
)
def test_side_a_equals_side_b_plus_the_adjustment(
    entry: tuple[Side, Any], others: list[Any], sign_mode: SignMode
) -> None:
    other: Side = "B" if entry[0] == "A" else "A"
    given_members = [entry, *((other, one) for one in others)]
    members = [
        member(number, side, str(amount), exponent=exponent, direction=direction)
        for number, (side, (amount, exponent, direction)) in enumerate(given_members, start=1)
    ]

    made = forced(*members, sign_mode=sign_mode)

    total = sum(
        _counted(side, one, sign_mode) * (1 if side == "A" else -1) for side, one in given_members
    )
    assert sum(int(one.amount_minor) * 10 ** (18 - one.exponent) for one in made) == total


def _counted(side: Side, one: tuple[int, int, str], sign_mode: SignMode) -> int:
    amount = one[0] * 10 ** (18 - one[1])
    positive = sign_mode == "absolute" or one[2] == "credit"
    if sign_mode == "opposite" and side == "B":
        positive = not positive
    return amount if positive else -amount


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ((member(1, "A", "1"), member(2, "A", "1")), "same_side"),
        ((member(1, "A", "1"), member(2, "B", "1"), member(3, "A", "1")), "same_side"),
        ((member(1, "A", "1"), member(2, "B", "1", currency="USD")), "currency_mismatch"),
        (
            (member(1, "A", "9" * 38, exponent=0), member(2, "B", "1", exponent=18)),
            "amount_too_large",
        ),
    ],
)
def test_what_cannot_tie_is_refused(members: tuple[Entry, ...], code: str) -> None:
    with pytest.raises(ForceRefusedError) as refused:
        forced(*members)

    assert refused.value.code == code


def test_what_no_event_could_carry_is_refused() -> None:
    long = "x" * 200_000
    members = [member(n, "A" if n == 1 else "B", "1", description=long) for n in range(1, 7)]

    with pytest.raises(ForceRefusedError) as refused:
        forced(*members)

    assert refused.value.code == "too_many_members"
