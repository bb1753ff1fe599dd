"""What the answer to a dispatched exception says: the issue it has in the receiver's system."""

import json
from dataclasses import dataclass

from tieout_contracts.ids import Kind, number_of

DISPATCHED = "exception.dispatched"
ANSWER_BYTES = 4096
_LONGEST = 255  # as of the callback's


def read_issue(body: bytes | None) -> str | None:
    """Read `externalIssueId` of a JSON object; None when there is no usable one."""
    if not body:
        return None
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    named = told.get("externalIssueId") if isinstance(told, dict) else None
    if not isinstance(named, str):
        return None
    issue = named.strip()
    return issue if 0 < len(issue) <= _LONGEST and issue.isprintable() else None


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a message dispatched: which exception, to which system."""

    break_id: int
    external_system: str


def subject_of(payload: str) -> Subject:
    """Read our own message."""
    data = json.loads(payload)["data"]
    return Subject(
        break_id=number_of(Kind.BREAK, data["id"]), external_system=data["externalSystem"]
    )
