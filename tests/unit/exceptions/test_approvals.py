from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_contracts.exception_events import BreakStatus
from tieout_exceptions.domain.approvals import disapproved, needs_approval, waits_for_approval
from tieout_exceptions.domain.operations import OperationState
from unit.exceptions.test_operations import AT, EVERY_STATUS, OTHER, OWN, a_break, an_operation


@pytest.mark.parametrize(
    ("minor", "exponent", "limit", "needed"),
    [
        (100000, 2, None, False),
        (100000, 2, "1000", False),
        (100001, 2, "1000", True),
        (100000, 2, "999.999", True),
        (1, 0, "0", True),
        (0, 0, "0", False),
        (10**37 + 1, 18, "10000000000000000000", True),
        (10**37, 18, "10000000000000000000", False),
    ],
)
def test_only_what_is_above_the_limit_needs_another_actor(
    minor: int, exponent: int, limit: str | None, needed: bool
) -> None:
    current = replace(a_break("OPEN"), amount_minor=minor, exponent=exponent)

    assert needs_approval(current, None if limit is None else Decimal(limit)) is needed


@given(minor=st.integers(0, 10**38 - 1), exponent=st.integers(0, 18), off=st.sampled_from([0, 1]))
def test_no_digit_of_an_amount_or_limit_is_lost(minor: int, exponent: int, off: int) -> None:
    digits = str(minor).rjust(exponent + 1, "0")
    place = len(digits) - exponent
    limit = Decimal(f"{digits[:place]}.{digits[place:]}0")
    current = replace(a_break("OPEN"), amount_minor=minor + off, exponent=exponent)

    assert needs_approval(current, limit) is bool(off)


@pytest.mark.parametrize(
    ("status", "operation_id", "state"),
    list(product(EVERY_STATUS, [None, OWN, OTHER], get_args(OperationState))),
)
def test_a_break_waits_only_for_its_own_unreviewed_operation(
    status: BreakStatus, operation_id: int | None, state: OperationState
) -> None:
    operation = replace(an_operation(), state=state)

    waits = waits_for_approval(a_break(status, operation_id), operation)

    expected = ("PENDING_RESOLUTION", OWN, "awaiting_approval")
    assert waits is ((status, operation_id, state) == expected)


@pytest.mark.parametrize("former", ["OPEN", "ASSIGNED"])
def test_what_is_not_approved_goes_back_as_it_was(former: BreakStatus) -> None:
    operation = replace(an_operation(former), state="awaiting_approval")

    settled = disapproved(
        operation, a_break("PENDING_RESOLUTION", OWN), message="not approved", at=AT
    )

    assert (settled.operation.state, settled.operation.refusal_code) == (
        "refused",
        "approval_refused",
    )
    assert (settled.changed_break.status, settled.changed_break.operation_id) == (former, None)
