"""What the answer to a dispatched exception may name, and what it is passed over for."""

import json

import pytest

from tieout_contracts.ids import Kind, uuid_of
from tieout_gateway.domain.webhooks.issues import Subject, read_issue, subject_of


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"externalIssueId": " RECON-1 ", "more": [1]}', "RECON-1"),
        (json.dumps({"externalIssueId": "x" * 255}).encode(), "x" * 255),
        (json.dumps({"externalIssueId": "x" * 256}).encode(), None),
        (b'{"externalIssueId": " "}', None),
        (b'{"externalIssueId": 7}', None),
        (b'{"externalIssueId": "a\\u0000b"}', None),
        (b'{"externalIssueId": "\\ud800"}', None),
        (b'{"issue": "RECON-1"}', None),
        (b'["externalIssueId"]', None),
        (b'"externalIssueId"', None),
        (b"[" * 4000, None),
        (b"\xff{}", None),
        (b"<html>", None),
        (b"", None),
        (None, None),
    ],
)
def test_only_a_short_text_in_an_object_is_an_issue(
    body: bytes | None, expected: str | None
) -> None:
    assert read_issue(body) == expected


def test_what_was_dispatched_is_read_from_our_own_message() -> None:
    data = {"id": str(uuid_of(Kind.BREAK, 502)), "externalSystem": "JIRA"}

    assert subject_of(json.dumps({"data": data})) == Subject(break_id=502, external_system="JIRA")
