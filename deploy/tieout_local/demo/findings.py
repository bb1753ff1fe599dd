"""What came of it: matches by rule, open items with their reasons, buckets and breaks."""

import time
from collections import Counter
from collections.abc import Sequence
from operator import attrgetter

from tieout_client.models import Bucket, Entry
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
        matches = api.shown.reconciliation_matches.iterate(reconciliation_id=one.id, limit=_PAGE)
        by_rule = Counter(match.reconciliation_rule_id for match in matches)
        rows += [(one.name, said, by_rule[number]) for number, said in one.rules.items()]
    screen.table(("reconciliation", "rule", "matches"), rows, numbers=("matches",))


def mark_overdue(api: Api, reconciliations: Sequence[MadeReconciliation], name: RecordName) -> None:
    """Declare one open item overdue now, as a person may who will not wait."""
    one, entry = find_open(api, reconciliations, name)
    api.shown.entries.mark_overdue(one.id, entry.id)


def find_open(
    api: Api, reconciliations: Sequence[MadeReconciliation], name: RecordName
) -> tuple[MadeReconciliation, Entry]:
    """Find an open item by its stream and reference. Raises RecordNotFoundError."""
    for one in reconciliations:
        for entry in open_items(api, one):
            if (entry.data_stream_key, entry.reference) == (name.stream, name.reference):
                return one, entry
    raise RecordNotFoundError(f"{name.stream} has no open item {name.reference}")


def open_items(api: Api, one: MadeReconciliation) -> list[Entry]:
    return list(api.quiet.entries.iterate(one.id, status="unreconciled", limit=_PAGE))


def pending_items(api: Api, reconciliations: Sequence[MadeReconciliation]) -> list[Entry]:
    """Return the open items that their source has not booked yet."""
    entries = [entry for one in reconciliations for entry in open_items(api, one)]
    return [entry for entry in entries if entry.reason and entry.reason.code == "pending"]


def wait_for_sweeper(api: Api, reconciliations: Sequence[MadeReconciliation]) -> None:
    """Wait until every item whose time is over has been raised as an exception."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while waiting := [
        entry.id
        for one in reconciliations
        for entry in open_items(api, one)
        if _is_due(entry) and entry.break_id is None
    ]:
        if time.monotonic() > deadline:
            raise DemoStuckError(f"the sweeper has not raised the records {waiting}")
        time.sleep(POLL_SECONDS)


def show_open_items(
    api: Api, screen: Screen, reconciliations: Sequence[MadeReconciliation]
) -> None:
    for one in reconciliations:
        found = api.shown.entries.iterate(one.id, status="unreconciled", limit=_PAGE)
        entries = sorted(found, key=lambda entry: (entry.side or "", entry.id))
        screen.table(
            (one.name, "date", "amount", "what", "why it is open"),
            ((_stream(entry), entry.date, money(entry), _what(entry), _why(entry))
             for entry in entries),
            numbers=("date", "amount"),
        )  # fmt: skip


def show_buckets(api: Api, screen: Screen) -> None:
    buckets = api.shown.reconciliation_exceptions.iterate()
    screen.table(
        ("id", "title", "status", "records", "sum"),
        (
            (
                bucket.id,
                bucket.title,
                bucket.status,
                bucket.aggregates.record_count,
                _total(bucket),
            )
            for bucket in sorted(buckets, key=attrgetter("id"))
        ),
        numbers=("id", "records", "sum"),
    )


def show_breaks(api: Api, screen: Screen) -> int:
    """Show each late or wrong entry; answers how many there are."""
    found = api.shown.lerian.exceptions.iterate(limit=_PAGE)
    breaks = sorted(found, key=attrgetter("id"))
    screen.table(
        ("severity", "status", "due", "reason"),
        ((one.severity, one.status, f"{one.due_at:%Y-%m-%d %H:%M}", one.reason) for one in breaks),
        numbers=("due",),
    )
    return len(breaks)


def _total(bucket: Bucket) -> str:
    """Write a bucket's sum, which is none over several currencies."""
    total = bucket.aggregates.total_amount
    if total is None or bucket.decimal_places is None:
        return ""
    return major(total, bucket.decimal_places)


def _is_due(entry: Entry) -> bool:
    """Judge an item; one that is pending is not due until it is booked."""
    return entry.overdue_at is not None and entry.overdue_at.timestamp() <= time.time()


def _stream(entry: Entry) -> str:
    return f"{entry.side} {entry.data_stream_key}"


def _what(entry: Entry) -> str:
    parts = (entry.reference or entry.external_id, entry.description)
    return ", ".join(part for part in parts if part)


def _why(entry: Entry) -> str:
    return f"{entry.reason.code}: {entry.reason.message}" if entry.reason else ""
