"""Tolerances: read exactly, refused with their place where they do not fit the fields."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_matcher.domain.filters import read_condition
from tieout_matcher.domain.rule import Leaf, RuleError, Tolerance
from tieout_matcher.domain.tolerances import MAX_DAYS
from unit.matcher.builders import a_leaf

AMOUNT, UNIT = "$.filters.rules[0].tolerance_amount", "$.filters.rules[0].tolerance_unit"


def read(key: str, value: str | None = None, **given: Any) -> Tolerance | None:
    (leaf,) = read_condition({"rules": [a_leaf(key, value, **given)]}).children
    assert isinstance(leaf, Leaf)
    return leaf.tolerance


def of(amount: str, unit: Any) -> Tolerance:
    return Tolerance(amount=Decimal(amount), unit=unit)


@pytest.mark.parametrize(
    ("fields", "given", "expected"),
    [
        (("amount", "amount"), {"tolerance_amount": 5}, of("5", "dollar")),
        (("amount", "amount"), {"tolerance_amount": 0.05}, of("0.05", "dollar")),
        (
            ("amount", "amount"),
            {"tolerance_amount": 2.5, "tolerance_unit": "percent"},
            of("2.5", "percent"),
        ),
        (("date", "value_date"), {"tolerance_amount": 3}, of("3", "day")),
        (("date", "metadata.paid_on"), {"tolerance_amount": 3.0}, of("3", "day")),
        (("date", "date"), {"tolerance_unit": "month"}, of("1", "month")),
        (("date", "date"), {"tolerance_unit": "month", "tolerance_amount": 1}, of("1", "month")),
        (("metadata.fee", "metadata.fee"), {"tolerance_amount": "0.10"}, of("0.1", "dollar")),
        (
            ("metadata.day", "metadata.day"),
            {"tolerance_amount": 2, "tolerance_unit": "day"},
            of("2", "day"),
        ),
        (("amount", "amount"), {"tolerance_amount": None, "tolerance_unit": None}, None),
    ],
)
def test_a_tolerance_is_read_with_the_unit_of_its_fields(
    fields: tuple[str, str], given: dict[str, Any], expected: Tolerance | None
) -> None:
    assert read(*fields, **given) == expected


@pytest.mark.parametrize(
    ("field", "given", "path"),
    [
        *(
            ("amount", {"tolerance_amount": wrong}, AMOUNT)
            for wrong in (
                0, -1, 0.0, -0.01, True, "", "five", "-1", "1e3", " 1", "\u0661", [5], {}, 10**38,
                10**5000, "1" * 39, "0." + "0" * 18 + "1", 1e-19, float("nan"), float("inf"),
                0.1 + 0.2,
            )
        ),
        ("amount", {"tolerance_amount": 5, "tolerance_unit": "day"}, UNIT),
        ("amount", {"tolerance_unit": "month"}, UNIT),
        ("amount", {"tolerance_amount": 5, "tolerance_unit": "Dollar"}, UNIT),
        ("amount", {"tolerance_amount": 5, "tolerance_unit": ["percent"]}, UNIT),
        ("amount", {"tolerance_unit": "dollar"}, AMOUNT),
        ("amount", {"tolerance_amount": 100.1, "tolerance_unit": "percent"}, AMOUNT),
        ("date", {"tolerance_amount": 5, "tolerance_unit": "dollar"}, UNIT),
        ("value_date", {"tolerance_amount": 5, "tolerance_unit": "percent"}, UNIT),
        ("date", {"tolerance_amount": 1.5}, AMOUNT),
        ("date", {"tolerance_amount": MAX_DAYS + 1}, AMOUNT),
        ("date", {"tolerance_amount": 2, "tolerance_unit": "month"}, AMOUNT),
        ("currency", {"tolerance_amount": 2}, AMOUNT),
        ("direction", {"tolerance_unit": "month"}, UNIT),
        ("amount", {"operand": "gt", "tolerance_amount": 5}, AMOUNT),
        ("reference", {"operand": "similar", "min_similarity": 80, "tolerance_amount": 5}, AMOUNT),
        ("date", {"operand": "neq", "tolerance_unit": "month"}, UNIT),
    ],
)  # fmt: skip
def test_a_tolerance_that_does_not_fit_is_refused_with_its_place(
    field: str, given: dict[str, Any], path: str
) -> None:
    with pytest.raises(RuleError) as refused:
        read(field, **given)

    assert refused.value.path == path


@given(digits=st.integers(1, 10**15 - 1), places=st.integers(0, 18))
def test_a_number_as_json_writes_it_is_read_exactly(digits: int, places: int) -> None:
    exact = Decimal(digits).scaleb(-places)

    tolerance = read("amount", tolerance_amount=float(str(exact)))

    assert tolerance is not None
    assert tolerance.amount == exact


@given(digits=st.integers(1, 10**56 - 1))
def test_a_text_is_read_to_its_last_digit(digits: int) -> None:
    written = f"{digits:057d}"

    tolerance = read("amount", tolerance_amount=f"{written[1:39]}.{written[39:]}")

    assert tolerance is not None
    assert Fraction(tolerance.amount) * 10**18 == digits
