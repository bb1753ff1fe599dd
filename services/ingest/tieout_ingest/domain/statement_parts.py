"""Which records a statement consists of: noted chunk by chunk while its file is loaded. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct, structs

from tieout_ingest.domain.arrivals import Stored
from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.statement import StatementReport


class StatementPart(Struct, frozen=True, kw_only=True):
    """The records of one statement that one chunk brought or met; `days`: how many of each.

    A record that an earlier file had brought is part of this statement too.
    """

    statement: int
    record_ids: list[int]
    days: dict[date, int]


def notifications_of(reports: Iterable[StatementReport]) -> set[int]:
    """Return which statements state no balance in any currency: they notify of movements."""
    stated: dict[int, bool] = {}
    for one in reports:
        states = one.opening is not None or one.closing is not None
        stated[one.statement] = stated.get(one.statement, False) or states
    return {statement for statement, states in stated.items() if not states}


def parts_of(
    drafts: Sequence[Record],
    *,
    rows: Iterable[Stored],
    skipped: Mapping[int, int],
    notifications: Collection[int],
) -> list[StatementPart]:
    """Collect the records of each statement; `skipped` maps a draft's index to the one it met.

    Beside balances only what is booked counts; a notification may hold nothing but information of
    what is booked elsewhere.
    """
    found: dict[int, list[tuple[int, date]]] = {}
    for draft, record_id in _known(drafts, rows, skipped):
        status, statement = draft.fields.status, draft.statement
        if statement is not None and (
            status == "posted" or (status == "informational" and statement in notifications)
        ):
            found.setdefault(statement, []).append((record_id, draft.fields.date))
    return [
        StatementPart(
            statement=statement,
            record_ids=[record_id for record_id, _ in members],
            days=dict(Counter(day for _, day in members)),
        )
        for statement, members in sorted(found.items())
    ]


def _known(
    drafts: Sequence[Record], rows: Iterable[Stored], skipped: Mapping[int, int]
) -> Iterator[tuple[Record, int]]:
    for row in rows:
        yield row.draft, row.record_id
    for index, record_id in skipped.items():
        yield drafts[index], record_id


def with_day(report: StatementReport, days: Mapping[date, int]) -> StatementReport:
    """Say which day a statement is about; `days` counts its records, the earliest when equal."""
    if report.day is not None:
        return report
    day = min(days, key=lambda one: (-days[one], one), default=report.created)
    return structs.replace(report, day=day)
