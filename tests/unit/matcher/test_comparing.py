"""Conditions at their edges: the last minor unit, values of every type, giants."""

import time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tieout_contracts.record import Fields
from tieout_matcher.domain.judging import EXACT, Judge, date_of, number_of
from unit.matcher.builders import a_leaf, some_fields
from unit.matcher.judged import closeness, values
from unit.matcher.rule_cases import Filter, leaf_of

DIGITS = 10**38 - 1


@given(
    tolerance=st.integers(1, 10**20), exponent=st.integers(0, 18), over=st.sampled_from([0, 1, -1])
)
@example(tolerance=1, exponent=18, over=1)
def test_a_tolerance_in_dollar_ends_at_its_last_minor_unit(
    tolerance: int, exponent: int, over: int
) -> None:
    amount = Decimal(tolerance).scaleb(-exponent)
    condition = a_leaf("amount", tolerance_amount=format(amount, "f"))
    pair = (
        some_fields(str(DIGITS), exponent=exponent),
        some_fields(str(DIGITS - tolerance - over), exponent=exponent),
    )

    found = closeness(condition, pair)

    expected = 1 - Fraction(tolerance + over, 2 * tolerance) if over <= 0 else None
    assert found == (EXACT if tolerance + over == 0 else expected)


@pytest.mark.parametrize(
    ("b", "exponent", "percent", "most"),
    [
        ("1000", 2, 1, 10),
        ("1099", 2, 1, 10),  # 10.99 minor units are 10
        ("99", 2, 1, 0),
        ("0", 2, 100, 0),
        ("7", 0, 50, 3),
        ("1", 0, "0.000000000000000001", 0),
        (str(10**38 - 1), 2, 50, (10**38 - 1) // 2),
        (str(10**38 - 1), 18, "0.000000000000000001", 10**18 - 1),
    ],
)
def test_a_percentage_is_of_side_b_in_its_own_minor_units_downwards(
    b: str, exponent: int, percent: Any, most: int
) -> None:
    condition = a_leaf("amount", tolerance_amount=percent, tolerance_unit="percent")

    def apart(minor: int) -> Fraction | None:
        a = some_fields(str(int(b) - minor if int(b) > minor else int(b) + minor),
                        exponent=exponent)  # fmt: skip
        return closeness(condition, (a, some_fields(b, exponent=exponent)))

    assert apart(most) is not None
    assert apart(most + 1) is None


def test_a_percentage_is_of_whole_minor_units_of_side_b_whatever_those_of_side_a() -> None:
    condition = a_leaf("amount", tolerance_amount=1, tolerance_unit="percent")
    b = some_fields("1099", exponent=2)  # 1 percent is 0.1099, that is 0.10

    assert closeness(condition, (some_fields("11090", exponent=3), b)) == Fraction(1, 2)
    assert closeness(condition, (some_fields("11091", exponent=3), b)) is None


@pytest.mark.parametrize(
    ("condition", "fields", "expected"),
    [
        (a_leaf("date", tolerance_amount=4), ("2026-03-02", "2026-03-05"), Fraction(5, 8)),
        (a_leaf("date", tolerance_amount=4), ("2026-03-02", "2026-03-02"), EXACT),
        (a_leaf("date", tolerance_unit="month"), ("2026-03-01", "2026-03-31"), Fraction(32, 62)),
        (a_leaf("date", tolerance_unit="month"), ("2026-03-31", "2026-04-01"), None),
        (a_leaf("date", tolerance_unit="month"), ("2025-03-01", "2026-03-01"), None),
    ],
)
def test_closeness_of_dates_is_counted_in_days(
    condition: Filter, fields: tuple[str, str], expected: Fraction | None
) -> None:
    days = [date_of(one) for one in fields]
    pair = (some_fields(date=days[0]), some_fields(date=days[1]))

    assert closeness(condition, pair) == expected


def metadata(**members: Any) -> Fields:
    return some_fields(metadata=members)


@pytest.mark.parametrize(
    ("given", "a", "b", "holds"),
    [
        ({"operand": "in"}, "b", "a, b ,c", True),
        ({"operand": "in"}, "b", ["a", "b"], True),
        ({"operand": "in"}, 5, [5.0], True),
        ({"operand": "in"}, True, ["true"], True),
        ({"operand": "in"}, "d", "a,b", False),
        ({"operand": "not_in"}, "d", "a,b", True),
        ({"operand": "not_in"}, "b", "a,b", False),
        ({"operand": "not_in"}, "d", [], False),
        ({"operand": "not_in"}, "d", " , ", False),
        ({"operand": "not_in"}, "d", [None, {"a": 1}, ["d"]], False),
        ({"operand": "not_in"}, None, "a", False),
        ({"operand": "in", "transforms": {"value": "lowercase"}}, "b", ["A", "B"], True),
        ({"operand": "in", "transforms": {"value": "digits_only"}}, "12", "no 12, no", True),
        ({"operand": "neq"}, "a", None, False),
        ({"operand": "neq"}, "a", "", False),
        ({"operand": "neq"}, "a", {"x": 1}, False),
        ({"operand": "neq"}, [1], "a", False),
        ({"operand": "neq"}, 1.50, "1.5", False),
        ({"operand": "eq"}, True, "true", True),
        ({"operand": "eq"}, True, 1, False),
        ({"operand": "gt"}, "10", "9", True),
        ({"operand": "gt"}, "10", 9.99, True),
        ({"operand": "gt"}, "b", "a", False),
        ({"operand": "gt"}, "10", "a", False),
        ({"operand": "lt"}, "2026-03-02", "2026-03-02T09:00", False),
        ({"operand": "lt"}, "2026-03-02", "2026-03-10", True),
        ({"operand": "lt"}, "2026-03-02", "20260310", True),
        ({"operand": "contains"}, "invoice 12", 12, True),
        ({"operand": "contains"}, "12", "invoice 12", False),
        ({"tolerance_amount": 1}, "10", 11, True),
        ({"tolerance_amount": 1}, "10", "ten", False),
        ({"tolerance_amount": 0.1}, "99999999999999999999.1", "99999999999999999999", True),
        ({"tolerance_amount": 0.1}, "99999999999999999999.2", "99999999999999999999", False),
        ({"tolerance_amount": 1}, True, 1, False),
        ({"tolerance_amount": 10, "tolerance_unit": "percent"}, 110, "100", True),
        ({"tolerance_amount": 10, "tolerance_unit": "percent"}, 100, "110", True),
        ({"tolerance_amount": 10, "tolerance_unit": "percent"}, 100, "111.2", False),
        ({"tolerance_amount": 1, "tolerance_unit": "day"}, "2026-02-28", "2026-03-01", True),
        ({"tolerance_amount": 1, "tolerance_unit": "day"}, "2026-02-30", "2026-03-01", False),
        ({"operand": "similar", "min_similarity": 100}, "acme 12", "12 acme", True),
        ({"operand": "similar", "min_similarity": 1}, "a", " ", False),
    ],
)
def test_values_of_any_type_compare_as_the_operand_says(
    given: dict[str, Any], a: Any, b: Any, holds: bool
) -> None:
    condition = a_leaf("metadata.x", **given)

    assert (closeness(condition, (metadata(x=a), metadata(x=b))) is not None) is holds


def test_transforms_of_a_date_leave_a_text() -> None:
    month = {"name": "first_n_chars", "args": {"n": 7}}
    condition = a_leaf("date", transforms={"key": month, "value": month})
    pair = (some_fields(date=date_of("2026-03-02")), some_fields(date=date_of("2026-03-31")))

    assert closeness(condition, pair) is EXACT


@pytest.mark.parametrize(
    "text", ["1_0", " 1", "1 ", "\u0661", "nan", "Infinity", "0x10", "1/2", ".5", "5.", "+-5", ""]
)
def test_what_is_no_plain_number_is_none(text: str) -> None:
    assert number_of(text) is None


@pytest.mark.parametrize(
    "text", ["2026-3-2", "2026-02-29", "2026-W10-1", "2026-03-02x", "26-03-02", "0000-01-01",
             "\u0662026-03-02", "2026030", "", "2026-03"]
)  # fmt: skip
def test_what_is_no_calendar_day_is_none(text: str) -> None:
    assert date_of(text) is None


@pytest.mark.parametrize(
    "huge", ["9" * 300_000, "0." + "0" * 300_000 + "1", "1e999999999", "9" * 300_000 + ",x"]
)
@pytest.mark.parametrize(
    "given",
    [
        {"operand": "gt"},
        {"tolerance_amount": 1},
        {"tolerance_amount": 1, "tolerance_unit": "day"},
        {"operand": "similar", "min_similarity": 50},
        {"operand": "in"},
    ],
)
def test_a_giant_value_costs_no_time(huge: str, given: dict[str, Any]) -> None:
    judge = Judge(leaf_of(a_leaf("metadata.x", **given)))
    began = time.perf_counter()

    a, b = values(judge, (metadata(x=huge), metadata(x=huge[::-1])))
    if a is not None and b is not None:
        for _ in range(100):
            judge.holds(a, b)

    assert time.perf_counter() - began < 1
