"""The JSON that callers get: docs/internal-http.md. Amounts are integers of any size."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from tieout_exceptions.domain.aggregates import Aggregates
from tieout_exceptions.domain.breaks import Break, current_severity
from tieout_exceptions.domain.buckets import Bucket
from tieout_exceptions.domain.investigating import Outcome
from tieout_exceptions.domain.operations import Operation
from tieout_exceptions.domain.severity import SeverityScale


@dataclass(frozen=True, kw_only=True)
class BucketNames:
    """What a bucket belongs to; a name is None while this service was not told it."""

    reconciliation_id: int
    reconciliation_name: str | None
    stream_name: str | None
    stream_key: str | None


@dataclass(frozen=True, kw_only=True)
class CommentView:
    """What a person said of a bucket; `author_id` and `mentions` are people's numbers."""

    id: int
    author_id: int
    body: str
    mentions: list[int]
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class InvestigationView:
    """A search for the counterparts of what a bucket shows, and what it came to."""

    id: int
    outcome: Outcome
    recommendation_text: str
    confidence_percent: int
    candidate_records_searched: int
    suggested_record_ids: list[int]
    filter_params: dict[str, Any]
    created_at: datetime
    completed_at: datetime


_BREAK_MEMBERS = (
    "id", "reconciliation_id", "record_id", "stream_id", "status", "reason_code", "reason",
    "created_at", "updated_at", "due_at", "assigned_to", "external_system", "external_issue_id",
    "resolution_type", "resolution_reason", "resolution_notes", "match_id", "suggested_match_id",
    "reopened_count", "version",
)  # fmt: skip


def break_answer(current: Break, *, at: datetime, scale: SeverityScale) -> dict[str, Any]:
    """Show a break as it is read at `at`."""
    members = {name: getattr(current, name) for name in _BREAK_MEMBERS}
    return members | {"severity": current_severity(current, at=at, scale=scale)}


def pending_answer(operation: Operation) -> dict[str, Any]:
    """Show what a break waits for: what was asked, by whom, and whether somebody has to approve."""
    return {
        "type": operation.resolution_type,
        "reason": operation.override_reason,
        "notes": operation.notes,
        "account_id": operation.account_id,
        "requested_at": operation.created_at,
        "awaiting_approval": operation.state == "awaiting_approval",
        "counterpart_record_ids": list(operation.counterpart_record_ids),
        "residual_treatment": operation.residual_treatment,
        "amount": operation.adjust_amount,
        "currency": operation.adjust_currency,
        "effective_at": operation.effective_at,
    }


def bucket_title(bucket: Bucket, *, stream_name: str | None) -> str:
    """Name a bucket: as a person did, else after its stream."""
    named = stream_name or f"Data stream {bucket.stream_id}"
    return bucket.title or f"{named} — overdue records"


def bucket_answer(
    bucket: Bucket, names: BucketNames, found: Aggregates, *, assignee_ids: Sequence[int]
) -> dict[str, Any]:
    """Show a bucket as lists do."""
    return {
        "id": bucket.id,
        "reconciliation_id": names.reconciliation_id,
        "reconciliation_name": names.reconciliation_name,
        "data_stream_id": bucket.stream_id,
        "data_stream_name": names.stream_name,
        "data_stream_key": names.stream_key,
        "title": bucket_title(bucket, stream_name=names.stream_name),
        "description": bucket.description,
        "status": bucket.status,
        "created_at": bucket.created_at,
        "updated_at": bucket.updated_at,
        "opened_at": bucket.opened_at,
        "closed_at": bucket.closed_at,
        "decimal_places": found.places,
        "version": bucket.version,
        "assignee_ids": list(assignee_ids),
        "aggregates": aggregates_answer(found),
    }


def comment_answer(comment: CommentView) -> dict[str, Any]:
    return asdict(comment)


def investigation_answer(one: InvestigationView) -> dict[str, Any]:
    """Show a finished investigation; confidence is a share of one."""
    members = asdict(one)
    return members | {
        "status": "completed",
        "confidence_score": members.pop("confidence_percent") / 100,
    }


def shown_beside(
    filtered: Aggregates,
    comments: Sequence[CommentView],
    investigations: Sequence[InvestigationView],
) -> dict[str, Any]:
    """Give what only the view of a single bucket has; investigations come newest first."""
    sessions = [investigation_answer(one) for one in investigations]
    return {
        "filtered_aggregates": aggregates_answer(filtered),
        "comments": [comment_answer(one) for one in comments],
        "investigation": sessions[0] if sessions else None,
        "investigation_sessions": sessions,
    }


def aggregates_answer(found: Aggregates) -> dict[str, Any]:
    """Totals of one currency; over several they are null and `by_currency` lists them."""
    several = len(found.by_currency) > 1
    only = found.by_currency[0] if len(found.by_currency) == 1 else None
    sums = {
        name: getattr(only, name) if only else None if several else 0
        for name in ("total_amount", "debit_sum", "credit_sum")
    }
    answer = {
        "record_count": found.record_count,
        **sums,
        "debit_count": found.debit_count,
        "credit_count": found.credit_count,
        "avg_age_days": found.avg_age_days,
        "oldest_at": _midnight(found.oldest),
        "newest_at": _midnight(found.newest),
    }
    return answer | ({"by_currency": [asdict(one) for one in found.by_currency]} if several else {})


def json_bytes(answer: Any) -> bytes:
    """Encode an answer; times become RFC 3339 UTC with `Z`."""
    return json.dumps(answer, default=_time, ensure_ascii=False, separators=(",", ":")).encode()


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} has no JSON here")


def _midnight(day: date | None) -> str | None:
    """Write a calendar day as the moment it begins in UTC."""
    return None if day is None else f"{day.isoformat()}T00:00:00Z"
