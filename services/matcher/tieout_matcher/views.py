"""What the internal routes answer: rows as JSON values (shapes: docs/internal-http.md)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

Row = Mapping[str, Any]
encode = msgspec.json.Encoder().encode
JsonObject = dict[str, Any]
_ENTRY = (
    "record_id", "version", "stream_id", "side", "overdue_at", "overdue_seq", "match_id",
    "entry_no",
)  # fmt: skip


def reconciliation_view(row: Row) -> JsonObject:
    names = ("id", "name", "run_type", "sign_mode", "timezone", "version", "created_at")
    return {name: row[name] for name in names} | {"streams": json.loads(row["streams"])}


def progress_view(row: Row) -> JsonObject:
    """Entries decided = matched + unmatched."""
    return {
        "decided": row["entries"],
        "matched": row["matched"],
        "unmatched": row["entries"] - row["matched"],
        "overdue": row["overdue"],
        "seq": row["seq"],
        "rekeying": row["rekey_after"] is not None,
        "stream_ids": [one["stream_id"] for one in json.loads(row["streams"])],
    }


def rule_view(row: Row) -> JsonObject:
    body: JsonObject = json.loads(row["body"])
    names = ("id", "version", "reconciliation_id", "priority", "status", "source", "created_at")
    return {name: row[name] for name in names} | body | {"warnings": []}


def member_view(row: Row) -> JsonObject:
    return {
        "record_id": row["record_id"],
        "stream_id": row["stream_id"],
        "side": row["side"],
        "fields": msgspec.Raw(row["fields"]),
    }


def match_view(row: Row, members: Iterable[Row], adjustments: list[JsonObject]) -> JsonObject:
    names = ("id", "kind", "reconciliation_id", "rule_id", "rule_version", "operation_id")
    return {name: row[name] for name in names} | {
        "status": "accepted" if row["revoked_at"] is None else "revoked",
        "group_key": None,
        "record_count": len(row["members"]),
        "members": [member_view(one) for one in members],
        "adjustments": adjustments,
        "created_at": row["created_at"],
        "revoked_at": row["revoked_at"],
    }


def entry_view(
    row: Row, *, reconciliation_id: int, rekey_after: int | None, matched: Iterable[Row]
) -> JsonObject:
    view = {name: row[name] for name in _ENTRY} | {
        "reconciliation_id": reconciliation_id,
        "status": "unmatched" if row["match_id"] is None else "matched",
        "fields": msgspec.Raw(row["fields"]),
        "matched": [member_view(one) for one in matched if one["record_id"] != row["record_id"]],
    }
    if row["match_id"] is None:
        view["reason"] = _reason(row, rekey_after)
    return view


def _reason(row: Row, rekey_after: int | None) -> JsonObject:
    """Say why an entry is open, as far as its state tells."""
    if rekey_after is not None and row["entry_no"] > rekey_after:
        return {"code": "rekeying", "message": "the rules changed and it waits to be tried again"}
    day = f"{row['overdue_at']:%Y-%m-%d %H:%M} UTC"
    if row["overdue_seq"] is not None:
        return {"code": "overdue", "message": f"no counterpart came until {day}"}
    if not row["key_count"]:
        message = "no rule can find its counterpart: none is active, or it lacks a value they need"
        return {"code": "no_candidate", "message": message}
    return {"code": "expected_until", "message": f"no candidate yet; expected until {day}"}
