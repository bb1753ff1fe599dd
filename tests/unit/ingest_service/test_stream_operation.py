from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_ingest.domain.stream_operation import (
    Hold,
    HoldingMatch,
    InTheWay,
    Kind,
    StreamOperation,
    refusal_of_hold,
    refusal_of_size,
    refusal_of_work,
)

KINDS: list[Kind] = ["delete", "reset"]
NOTHING = {"import_batch_id": None, "record_id": None, "operation_id": None}


def an_operation(**more: Any) -> StreamOperation:
    values: dict[str, Any] = {
        "organization_id": 1, "id": 2, "stream_id": 3, "data_stream_key": "bank", "kind": "reset",
        "is_async": True, "account_id": 7, "status": "running", "up_to": 100, "records": 10,
        "done": 0, "done_to": 0, "error_code": None, "error_message": None,
        "created_at": datetime(2026, 1, 1, tzinfo=UTC), "started_at": None, "completed_at": None,
    }  # fmt: skip
    return StreamOperation(**values | more)


@given(
    records=st.integers(0, 10**6),
    done=st.integers(0, 10**6),
    status=st.sampled_from(["pending", "running", "completed", "failed"]),
)
def test_progress_is_a_hundred_only_at_the_end(records: int, done: int, status: str) -> None:
    progress = an_operation(records=records, done=done, status=status).progress

    assert 0 <= progress <= 100
    assert (progress == 100) == (status == "completed")


@pytest.mark.parametrize(
    ("linked", "matched", "kind", "code"),
    [
        ([], False, "delete", None),
        ([5, 6], False, "reset", None),
        ([5, 6], False, "delete", "stream_linked"),
        ([5], True, "delete", "stream_linked"),
        ([], True, "delete", "already_matched"),
        ([5], True, "reset", "already_matched"),
    ],
)
def test_a_match_holds_it_always_and_a_link_only_its_deletion(
    linked: list[int], matched: bool, kind: Kind, code: str | None
) -> None:
    match = HoldingMatch(reconciliation_id=5, record_id=8, match_id=9) if matched else None

    refused = refusal_of_hold(kind, Hold(reconciliation_ids=linked, match=match))

    assert (refused and refused.code) == code
    if code == "already_matched":
        assert refused is not None
        assert "record 8" in refused.message
        assert "match 9" in refused.message


@given(kind=st.sampled_from(KINDS), records=st.integers(0, 20_000), is_async=st.booleans())
def test_only_a_large_deletion_that_is_waited_for_is_too_large(
    kind: Kind, records: int, is_async: bool
) -> None:
    refused = refusal_of_size(kind, records=records, is_async=is_async)

    assert (refused is not None) == (kind == "delete" and not is_async and records > 10_000)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ({}, None),
        ({"import_batch_id": 1}, "import_in_progress"),
        ({"record_id": 1}, "change_in_progress"),
        ({"operation_id": 1, "record_id": 2}, "operation_in_progress"),
    ],
)
def test_what_is_under_way_is_named(found: dict[str, int], code: str | None) -> None:
    refused = refusal_of_work(InTheWay(**NOTHING | found))

    assert (refused and refused.code) == code
