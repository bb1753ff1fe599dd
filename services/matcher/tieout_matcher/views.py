"""What the internal routes answer: rows as JSON values (shapes: docs/internal-http.md)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import msgspec

from tieout_matcher.domain.rule_draft import rule_of
from tieout_matcher.domain.rule_split import split
from tieout_matcher.domain.rule_warnings import warnings_of

Row = Mapping[str, Any]
encode = msgspec.json.Encoder().encode


class _Booking(msgspec.Struct, frozen=True):
    status: str = "posted"


_booking = msgspec.json.Decoder(_Booking).decode
JsonObject = dict[str, Any]
_RULE = ("version", "priority", "status")
_OF_RULE = (
    "id", "reconciliation_id", "source", "confidence", "sample_match_rate", "created_at",
)  # fmt: skip
_ENTRY = (
    "record_id", "version", "stream_id", "side", "overdue_at", "overdue_seq", "match_id",
    "entry_no",
)  # fmt: skip
_RUN = (
    "id", "reconciliation_id", "mode", "dry_run", "status", "note", "entries", "tried", "error",
    "created_at", "started_at", "finished_at", "undone_at",
)  # fmt: skip
_MATCH = (
    "id", "kind", "status", "reconciliation_id", "rule_id", "rule_version", "operation_id",
    "run_id", "score", "candidates", "doubt", "others", "created_at", "decided_at", "revoked_at",
    "reason",
)  # fmt: skip


def reconciliation_view(row: Row) -> JsonObject:
    names = ("id", "name", "run_type", "sign_mode", "timezone", "version", "created_at")
    return {name: row[name] for name in names} | {
        name: json.loads(row[name]) for name in ("streams", "opening_balances")
    }


def progress_view(row: Row) -> JsonObject:
    """Entries decided = matched + unmatched + ended, also those of streams that left."""
    return {
        "decided": row["entries"],
        "matched": row["matched"],
        "unmatched": row["entries"] - row["matched"] - row["ended"],
        "ended": row["ended"],
        "overdue": row["overdue"],
        "seq": row["seq"],
        "rekeying": row["rekey_after"] is not None,
        "stream_ids": [one["stream_id"] for one in json.loads(row["streams"])]
        + row["left_streams"],
    }


def rule_views(rows: Sequence[Row]) -> list[JsonObject]:
    """Show all rules in force of one reconciliation: what each is, how it will be decided."""
    if not rows:
        return []
    run_type = rows[0]["run_type"]
    stored = [json.loads(row["body"]) for row in rows]
    rules = [
        rule_of(stored=body, rule_id=row["id"], **{name: row[name] for name in _RULE})
        for row, body in zip(rows, stored, strict=True)
    ]
    parts = split(rules, run_type=run_type)
    return [
        {name: row[name] for name in (*_OF_RULE, *_RULE)}
        | body
        | {
            "evaluate": "arrival"
            if rule.decides_on_arrival and run_type == "continuous"
            else "pass",
            "search": rule.search,
            "warnings": [asdict(one) for one in warnings_of(rule, parts, run_type=run_type)],
        }
        for row, body, rule in zip(rows, stored, rules, strict=True)
    ]


def member_view(row: Row) -> JsonObject:
    return {
        "record_id": row["record_id"],
        "stream_id": row["stream_id"],
        "side": row["side"],
        "fields": msgspec.Raw(row["fields"]),
    }


def match_view(row: Row, members: Iterable[Row], adjustments: list[JsonObject]) -> JsonObject:
    return {name: row[name] for name in _MATCH} | {
        "group_key": None,
        "record_count": len(row["members"]),
        "members": [member_view(one) for one in members],
        "allocations": [
            {"record_id": record_id, "amount": int(amount)}
            for record_id, amount in zip(row["members"], row["allocated"] or (), strict=False)
            if amount is not None
        ],
        "adjustments": adjustments,
    }


def run_view(row: Row) -> JsonObject:
    """`by_rule` counts what is there now: what was undone is in neither."""
    return {name: row[name] for name in _RUN} | {
        "by_rule": json.loads(row["by_rule"]),
        "preview": row["preview"] and json.loads(row["preview"]),
    }


def entry_view(
    row: Row, *, reconciliation_id: int, rekey_after: int | None, matched: Iterable[Row]
) -> JsonObject:
    view = {name: row[name] for name in _ENTRY} | {
        "reconciliation_id": reconciliation_id,
        "status": status_of(row),
        "left_minor": None if row["match_id"] is not None else row["left_minor"],
        "suggestion_id": row["suggested_by"],
        "fields": msgspec.Raw(row["fields"]),
        "matched": [member_view(one) for one in matched if one["record_id"] != row["record_id"]],
    }
    if row["match_id"] is None and row["ended"] is None:
        view["reason"] = _reason(row, rekey_after)
    return view


def ledger_entry_view(row: Row) -> JsonObject:
    """Show an entry of a ledger; `run_id` and `file_id` are null of what no file brought."""
    names = ("record_id", "ledger_id", "match_id", "ended_at", "late")
    return {name: row[name] for name in names} | {
        "run_id": row.get("ledger_run_id"),
        "file_id": row.get("file_id"),
        "closing_reason": row.get("closing_reason"),
        "closing_note": row.get("closing_note"),
        "status": status_of(row),
        "left_minor": None if row["match_id"] is not None else row["left_minor"],
        "suggestion_id": row["suggested_by"],
        "fields": msgspec.Raw(row["fields"]),
    }


def status_of(row: Row) -> str:
    """Return an entry's state (semantics of states)."""
    if row["ended"] is not None:
        return str(row["ended"])
    if row["match_id"] is not None:
        return "matched"
    return "unmatched" if row["left_minor"] is None else "partial"


def _reason(row: Row, rekey_after: int | None) -> JsonObject:
    """Say why an entry is open, as far as its state tells."""
    if rekey_after is not None and row["entry_no"] > rekey_after:
        return {"code": "rekeying", "message": "the rules changed and it waits to be tried again"}
    if row["suggested_by"] is not None:
        message = f"match {row['suggested_by']} is suggested: accept or reject it"
        return {"code": "suggested", "message": message}
    if row["reason_code"] is not None:
        return {"code": row["reason_code"], "message": row["reason"]}
    day = f"{row['overdue_at']:%Y-%m-%d %H:%M} UTC"
    if row["overdue_seq"] is not None:
        return {"code": "overdue", "message": f"no counterpart came until {day}"}
    return _not_found(row, day)


def _not_found(row: Row, day: str) -> JsonObject:
    """Say why nothing is known that could be its counterpart."""
    if _booking(row["fields"]).status == "pending":
        message = "its source has not booked it yet: until then its matches are only suggested"
        return {"code": "pending", "message": message}
    if not row["key_count"]:
        message = "no rule can find its counterpart: none is active, or it lacks a value they need"
        return {"code": "no_candidate", "message": message}
    return {"code": "expected_until", "message": f"no candidate yet; expected until {day}"}
