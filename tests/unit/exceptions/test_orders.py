from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tieout_exceptions.domain.operations import Operation
from tieout_exceptions.domain.orders import Adjusting, Order, new_operation
from unit.exceptions.test_operations import AT, a_break

FEE = Adjusting(amount="-2.50", currency="EUR")


def ordered(order: Order, limit: Decimal | None = None, mismatch_with: int | None = 9) -> Operation:
    return new_operation(
        order,
        replace(a_break("ASSIGNED"), mismatch_with=mismatch_with),
        operation_id=40,
        account_id=2,
        at=AT,
        next_attempt_at=AT + timedelta(seconds=5),
        limit=limit,
    )


def an_order(**changes: object) -> Order:
    return replace(Order(break_id=3, notes="n", override_reason="FEE"), **changes)  # type: ignore[arg-type]  # each test's own


@pytest.mark.parametrize(
    ("changes", "counterparts"),
    [
        ({}, ()),
        ({"counterpart_record_ids": (7, 8)}, (7, 8)),
        ({"adjusting": FEE}, (9,)),
        ({"adjusting": FEE, "counterpart_record_ids": ()}, ()),
        ({"adjusting": FEE, "counterpart_record_ids": (7,)}, (7,)),
    ],
)
def test_only_an_adjustment_that_names_none_is_against_what_the_entry_differs_from(
    changes: dict[str, object], counterparts: tuple[int, ...]
) -> None:
    assert ordered(an_order(**changes)).counterpart_record_ids == counterparts


def test_without_a_mismatch_an_adjustment_is_against_nothing() -> None:
    assert ordered(an_order(adjusting=FEE), mismatch_with=None).counterpart_record_ids == ()


def test_an_operation_remembers_what_was_asked_and_what_the_break_was() -> None:
    forced, adjusted = ordered(an_order()), ordered(an_order(adjusting=FEE))

    assert (forced.resolution_type, forced.adjust_amount) == ("FORCE_MATCH", None)
    assert (adjusted.resolution_type, adjusted.adjust_amount, adjusted.adjust_currency) == (
        "ADJUST_ENTRY",
        "-2.50",
        "EUR",
    )
    assert {(one.former_status, one.state) for one in (forced, adjusted)} == {
        ("ASSIGNED", "pending")
    }


def test_above_the_limit_it_waits_for_another_actor() -> None:
    assert ordered(an_order(), limit=Decimal(0)).state == "awaiting_approval"
    assert ordered(an_order(), limit=Decimal(10**9)).state == "pending"
