"""Numbers that are no identifiers never reach the database, where they would be errors of ours."""

from typing import Any

import pytest

from integration.matcher.service import Service
from unit.matcher.builders import a_leaf

FILTERS = {"rules": [a_leaf("external_id")]}
TOO_LARGE = 10**30


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/reconciliations/{TOO_LARGE}", None),
        ("GET", "/reconciliations/0", None),
        ("GET", f"/reconciliations?cursor={TOO_LARGE}", None),
        ("GET", f"/reconciliations/1/entries?cursor={TOO_LARGE}", None),
        ("GET", f"/reconciliations/1/entries?stream_id={TOO_LARGE}", None),
        ("GET", f"/reconciliations/1/entries?record_ids=1,{TOO_LARGE}", None),
        ("GET", "/reconciliations/1/entries?record_ids=x", None),
        ("GET", f"/reconciliations/1/entries/{TOO_LARGE}", None),
        ("POST", f"/reconciliations/1/records/{TOO_LARGE}/mark_overdue", {}),
        ("GET", f"/rules?reconciliation_id={TOO_LARGE}", None),
        ("GET", f"/rules/{TOO_LARGE}", None),
        ("DELETE", f"/rules/{TOO_LARGE}", None),
        ("POST", "/rules", {"reconciliation_id": TOO_LARGE, "filters": FILTERS}),
        ("GET", f"/matches?reconciliation_id={TOO_LARGE}", None),
        ("GET", f"/matches?offset={TOO_LARGE}", None),
        ("GET", f"/matches/{TOO_LARGE}", None),
        ("DELETE", f"/matches/{TOO_LARGE}", None),
        ("PUT", f"/operations/{TOO_LARGE}/force-match", {"reconciliation_id": 1, "record_id": 1}),
        ("PUT", "/operations/1/force-match", {"reconciliation_id": 1, "record_id": TOO_LARGE}),
        ("PUT", "/operations/1/cancel", {"reconciliation_id": TOO_LARGE}),
        ("POST", "/overdue/claim", {"until": "0001-01-01T00:00:00+14:00"}),
        (
            "POST",
            "/outcomes/resend",
            {"reconciliation_id": 1, "from_seq": 1, "to_seq": TOO_LARGE},
        ),
    ],
)
async def test_numbers_that_are_no_identifiers_are_422(
    service: Service, method: str, path: str, body: Any
) -> None:
    content = {} if body is None else {"json": body}

    answered = await service.call(method, path, **content)

    assert answered.status_code == 422, answered.text
