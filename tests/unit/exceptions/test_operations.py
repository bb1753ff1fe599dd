from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

import pytest

from tieout_contracts.exception_events import BreakStatus
from tieout_exceptions.domain.breaks import Break
from tieout_exceptions.domain.causes import open_break
from tieout_exceptions.domain.entries import overdue_entry
from tieout_exceptions.domain.operations import Decided, Done, Operation, Refused, settle
from tieout_exceptions.domain.severity import SeverityScale
from unit.exceptions.outcome_log import START, a_view

AT = datetime(2026, 3, 2, tzinfo=UTC)
OWN, OTHER = 40, 41
DONE = Done(match_id=900)
TAKEN = Refused(code="entry_not_open", message="matched by 901", matched_by=901)
REFUSED = Refused(code="currency_mismatch", message="not of one currency")


def a_break(status: BreakStatus, operation_id: int | None = None) -> Break:
    opened = open_break(
        overdue_entry(a_view(1), overdue_seq=2),
        break_id=3,
        reconciliation_id=5,
        at=START,
        scale=SeverityScale(),
    )
    return replace(opened, status=status, operation_id=operation_id)


def an_operation(former: BreakStatus = "OPEN") -> Operation:
    return Operation(
        id=OWN,
        reconciliation_id=5,
        break_id=3,
        record_id=1,
        account_id=2,
        former_status=former,
        notes="agreed with the bank",
        override_reason="BUSINESS_DECISION",
        next_attempt_at=START,
        created_at=START,
        updated_at=START,
    )


EVERY_STATUS: tuple[BreakStatus, ...] = get_args(BreakStatus)


@pytest.mark.parametrize(
    ("state", "status", "decided"),
    list(product(["done", "refused"], EVERY_STATUS, [DONE, TAKEN, REFUSED])),
)
def test_an_operation_is_settled_once(state: str, status: BreakStatus, decided: Decided) -> None:
    settled = replace(an_operation(), state=state)  # type: ignore[arg-type]  # both are states

    assert settle(settled, a_break(status, OWN), decided, at=AT) is None


@pytest.mark.parametrize(("status", "waits_for"), list(product(EVERY_STATUS, [None, OWN, OTHER])))
def test_a_match_made_wins_over_whatever_the_break_has_become(
    status: BreakStatus, waits_for: int | None
) -> None:
    settled = settle(an_operation(), a_break(status, waits_for), DONE, at=AT)

    assert settled is not None
    assert (settled.operation.state, settled.operation.match_id) == ("done", 900)
    changed = settled.changed_break
    assert (changed.status, changed.match_id, changed.resolution_type) == (
        "RESOLVED",
        900,
        "FORCE_MATCH",
    )
    assert changed.resolution_notes == "agreed with the bank"
    assert changed.resolution_reason == "BUSINESS_DECISION"
    assert changed.resolved_at == AT


def test_an_adjustment_resolves_as_one() -> None:
    adjusting = replace(an_operation(), resolution_type="ADJUST_ENTRY", adjust_amount="-2.50")

    settled = settle(adjusting, a_break("PENDING_RESOLUTION", OWN), DONE, at=AT)

    assert settled is not None
    assert settled.changed_break.resolution_type == "ADJUST_ENTRY"


@pytest.mark.parametrize("former", ["OPEN", "ASSIGNED"])
def test_a_refusal_gives_back_the_former_status(former: BreakStatus) -> None:
    waiting = a_break("PENDING_RESOLUTION", OWN)

    settled = settle(an_operation(former), waiting, REFUSED, at=AT)

    assert settled is not None
    assert (settled.operation.state, settled.operation.refusal_code) == (
        "refused",
        "currency_mismatch",
    )
    assert (settled.changed_break.status, settled.changed_break.operation_id) == (former, None)
    assert settled.changed_break.version == waiting.version + 1


def test_an_entry_matched_meanwhile_resolves_the_break_by_that_match() -> None:
    settled = settle(an_operation(), a_break("PENDING_RESOLUTION", OWN), TAKEN, at=AT)

    assert settled is not None
    assert settled.operation.refusal_code == "exception_invalid_state"
    changed = settled.changed_break
    assert (changed.status, changed.match_id, changed.resolution_type) == ("RESOLVED", 901, None)


@pytest.mark.parametrize(
    ("status", "waits_for", "refused"),
    [
        (status, waits_for, refused)
        for status, waits_for in product(EVERY_STATUS, [None, OWN, OTHER])
        if (status, waits_for) != ("PENDING_RESOLUTION", OWN)
        for refused in (TAKEN, REFUSED)
    ],
)
def test_a_refusal_leaves_a_break_that_does_not_wait_for_it(
    status: BreakStatus, waits_for: int | None, refused: Refused
) -> None:
    current = a_break(status, waits_for)

    settled = settle(an_operation(), current, refused, at=AT + timedelta(hours=1))

    assert settled is not None
    assert settled.operation.state == "refused"
    assert settled.changed_break is current
