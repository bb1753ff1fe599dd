"""What a dispatch and a callback make of a break."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_contracts.exception_events import BreakStatus
from tieout_exceptions.domain.breaks import Break
from tieout_exceptions.domain.dispatching import Callback, Dispatch, called_back, dispatched

START = datetime(2026, 1, 8, tzinfo=UTC)
LATER = START + timedelta(hours=1)
OPEN = Break(
    id=71, reconciliation_id=41, record_id=501, stream_id=11, status="OPEN",
    reason_code="UNMATCHED_OVERDUE", reason="no counterpart", amount_minor=500, exponent=2,
    currency="EUR", overdue_at=START, created_at=START, updated_at=START, due_at=LATER,
)  # fmt: skip
TOLD = Callback(external_system="JIRA", external_issue_id="RECON-1", status="OPEN")


@pytest.mark.parametrize(("target", "issue"), [("JIRA", "RECON-1"), ("SERVICENOW", None)])
def test_an_issue_stays_with_its_system(target: str, issue: str | None) -> None:
    known = replace(OPEN, external_system="JIRA", external_issue_id="RECON-1")

    after = dispatched(known, Dispatch(target_system=target), at=LATER)  # type: ignore[arg-type]  # it is one

    assert (after.external_system, after.external_issue_id) == (target, issue)
    assert (after.version, after.updated_at, after.status) == (2, LATER, "OPEN")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("OPEN", ("ASSIGNED", "ann")),
        ("ASSIGNED", ("ASSIGNED", "ann")),
        ("PENDING_RESOLUTION", ("PENDING_RESOLUTION", None)),
        ("RESOLVED", ("RESOLVED", None)),
    ],
)
def test_an_assignee_is_taken_over_while_people_may_work_on_it(
    status: BreakStatus, expected: tuple[str, str | None]
) -> None:
    after = called_back(replace(OPEN, status=status), replace(TOLD, assignee="ann"), at=LATER)

    assert (after.status, after.assigned_to) == expected
    assert (after.external_system, after.external_issue_id) == ("JIRA", "RECON-1")


@given(
    status=st.sampled_from(["OPEN", "ASSIGNED", "PENDING_RESOLUTION", "RESOLVED"]),
    said=st.sampled_from(["RESOLVED", "Done", "OPEN", "ASSIGNED"]),
    assignee=st.sampled_from([None, "ann"]),
)
def test_no_callback_resolves_or_reopens_and_the_same_again_changes_nothing(
    status: BreakStatus, said: str, assignee: str | None
) -> None:
    callback = replace(TOLD, status=said, assignee=assignee)

    once = called_back(replace(OPEN, status=status), callback, at=LATER)

    assert called_back(once, callback, at=LATER + timedelta(hours=1)) == once
    assert once.status == status or (status, once.status) == ("OPEN", "ASSIGNED")
    assert once.resolved_at is None


def test_a_comment_has_all_that_was_said() -> None:
    told = replace(
        TOLD, status="RESOLVED", assignee="ann", resolution_notes="paid", due_at=START,
        updated_at=LATER,
    )  # fmt: skip

    assert TOLD.said == "JIRA RECON-1: OPEN"
    assert told.said == (
        "JIRA RECON-1: RESOLVED; assignee ann; due 2026-01-08T00:00:00Z; "
        "updated 2026-01-08T01:00:00Z\npaid"
    )
    assert Dispatch(target_system="JIRA", queue="A").said == "Dispatched to JIRA, queue A"
    assert Dispatch(target_system="MANUAL").said == "Dispatched to MANUAL"
