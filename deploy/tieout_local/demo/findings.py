"""What came of it: matches by rule, open items with their reasons, buckets and breaks."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from tieout_local.demo.api import Api
from tieout_local.demo.example import RecordName
from tieout_local.demo.screen import Screen, major, money
from tieout_local.demo.setting_up import MadeReconciliation
from tieout_local.demo.uploading import PATIENCE_SECONDS, POLL_SECONDS, DemoStuckError

_PAGE = 100


class RecordNotFoundError(Exception):
    """No open item has that reference: the example files and `setup.json` disagree."""


def show_matches(api: Api, screen: Screen, reconciliations: Sequence[MadeReconciliation]) -> None:
    """Count the matches by the rule that made them."""
    rows: list[tuple[object, ...]] = []
    for one in reconciliations:
        by_rule: Counter[int | None] = Counter()
        more = True
        while more:
            query = {"reconciliation_id": one.id, "limit": _PAGE, "offset": by_rule.total()}
            params = {name: str(value) for name, value in query.items()}
            page = api.get("/v1/reconciliation_matches", params=params)
            by_rule.update(match.get("reconciliation_rule_id") for match in page["data"])
            more = page["has_more"]
        rows += [(one.name, said, by_rule[number]) for number, said in one.rules.items()]
    screen.table(("reconciliation", "rule", "matches"), rows, numbers=("matches",))


def mark_overdue(api: Api, reconciliations: Sequence[MadeReconciliation], name: RecordName) -> None:
    """Declare one open item overdue now, as a person may who will not wait."""
    one, entry = find_open(api, reconciliations, name)
    api.post(f"{one.path}/records/{entry['id']}/mark_overdue", {})


def find_open(
    api: Api, reconciliations: Sequence[MadeReconciliation], name: RecordName
) -> tuple[MadeReconciliation, dict[str, Any]]:
    """Find an open item by its stream and reference. Raises RecordNotFoundError."""
    for one in reconciliations:
        for entry in open_items(api, one):
            if (entry["data_stream_key"], entry.get("reference")) == (name.stream, name.reference):
                return one, entry
    raise RecordNotFoundError(f"{name.stream} has no open item {name.reference}")


def open_items(api: Api, one: MadeReconciliation) -> list[dict[str, Any]]:
    return api.pages(f"{one.path}/entries", params={"status": "unreconciled", "limit": "200"})


def pending_items(api: Api, reconciliations: Sequence[MadeReconciliation]) -> list[dict[str, Any]]:
    """Return the open items that their source has not booked yet."""
    entries = [entry for one in reconciliations for entry in open_items(api, one)]
    return [entry for entry in entries if entry["reason"]["code"] == "pending"]


def wait_for_sweeper(api: Api, reconciliations: Sequence[MadeReconciliation]) -> None:
    """Wait until every item whose time is over has been raised as an exception."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while waiting := [
        entry["id"]
        for one in reconciliations
        for entry in open_items(api, one)
        if _is_due(entry) and "break_id" not in entry
    ]:
        if time.monotonic() > deadline:
            raise DemoStuckError(f"the sweeper has not raised the records {waiting}")
        time.sleep(POLL_SECONDS)


def show_open_items(
    api: Api, screen: Screen, reconciliations: Sequence[MadeReconciliation]
) -> None:
    for one in reconciliations:
        api.get(f"{one.path}/entries", params={"status": "unreconciled", "limit": "200"})
        entries = sorted(open_items(api, one), key=lambda entry: (entry["side"], entry["id"]))
        screen.table(
            (one.name, "date", "amount", "what", "why it is open"),
            ((_stream(entry), entry["date"], money(entry), _what(entry), _why(entry))
             for entry in entries),
            numbers=("date", "amount"),
        )  # fmt: skip


def show_buckets(api: Api, screen: Screen) -> None:
    buckets = api.get("/v1/reconciliation_exceptions")["data"]
    screen.table(
        ("id", "title", "status", "records", "sum"),
        (
            (
                bucket["id"],
                bucket["title"],
                bucket["status"],
                bucket["aggregates"]["record_count"],
                major(bucket["aggregates"]["total_amount"], bucket["decimal_places"]),
            )
            for bucket in sorted(buckets, key=itemgetter("id"))
        ),
        numbers=("id", "records", "sum"),
    )


def show_breaks(api: Api, screen: Screen) -> int:
    """Show each late or wrong entry; answers how many there are."""
    api.get("/v1/exceptions", params={"limit": "200"})
    breaks = sorted(api.pages("/v1/exceptions", params={"limit": "200"}), key=itemgetter("id"))
    screen.table(
        ("severity", "status", "due", "reason"),
        ((one["severity"], one["status"], _minute(one["dueAt"]), one["reason"]) for one in breaks),
        numbers=("due",),
    )
    return len(breaks)


def _is_due(entry: Mapping[str, Any]) -> bool:
    """Judge an item; one that is pending is not due until it is booked."""
    if entry["overdue_at"] is None:
        return False
    return datetime.fromisoformat(entry["overdue_at"]).timestamp() <= time.time()


def _stream(entry: Mapping[str, Any]) -> str:
    return f"{entry['side']} {entry['data_stream_key']}"


def _what(entry: Mapping[str, Any]) -> str:
    parts = (entry.get("reference") or entry.get("external_id"), entry.get("description"))
    return ", ".join(str(part) for part in parts if part)


def _why(entry: Mapping[str, Any]) -> str:
    return f"{entry['reason']['code']}: {entry['reason']['message']}"


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")
