from datetime import date
from decimal import Decimal

from msgspec import structs

from tieout_ingest.domain.arrivals import Stored, all_new
from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.statement import NOT_STATED, StatementReport
from tieout_ingest.domain.statement_parts import (
    StatementPart,
    notifications_of,
    parts_of,
    with_day,
)

from .builders import a_draft

MONDAY, TUESDAY = date(2024, 3, 4), date(2024, 3, 5)


def of_statement(number: int | None, day: date = MONDAY, status: str = "posted") -> Record:
    return structs.replace(a_draft(date=day, status=status), statement=number)


def a_report(day: date | None = None, created: date | None = None) -> StatementReport:
    nothing = Decimal(0)
    return StatementReport(
        statement=1, account=None, id=None, currency="EUR", entries=0, sum_credits=nothing,
        sum_debits=nothing, booked=nothing, opening=None, opening_type=None, closing=None,
        balance_check=NOT_STATED, day=day, created=created,
    )  # fmt: skip


def test_a_part_holds_what_is_new_and_what_was_known_before() -> None:
    drafts = [of_statement(1), of_statement(1, TUESDAY), of_statement(2), of_statement(1)]
    new = all_new([drafts[0], *drafts[2:]], [10, 12, 13])

    parts = parts_of(drafts, rows=new, skipped={1: 4}, notifications=())

    assert parts == [
        StatementPart(statement=1, record_ids=[10, 13, 4], days={MONDAY: 2, TUESDAY: 1}),
        StatementPart(statement=2, record_ids=[12], days={MONDAY: 1}),
    ]


def test_beside_balances_only_booked_records_are_held() -> None:
    drafts = [
        of_statement(1, status="pending"),
        of_statement(1, status="informational"),
        of_statement(None),
    ]
    rows: list[Stored] = all_new(drafts, [1, 2, 3])

    assert parts_of(drafts, rows=rows, skipped={}, notifications=()) == []


def test_a_notification_holds_information_too() -> None:
    drafts = [of_statement(1, status=one) for one in ("pending", "informational", "posted")]
    rows: list[Stored] = all_new(drafts, [1, 2, 3])

    (part,) = parts_of(drafts, rows=rows, skipped={}, notifications={1})

    assert part.record_ids == [2, 3]


def test_a_notification_states_no_balance_in_any_currency() -> None:
    usd = structs.replace(a_report(), currency="USD", closing=Decimal(1))
    other = structs.replace(a_report(), statement=2)

    assert notifications_of([a_report(), usd, other]) == {2}


def test_a_statement_is_about_its_balances_day_else_that_of_most_records_else_when_made() -> None:
    days = {MONDAY: 2, TUESDAY: 2, date(2024, 3, 6): 1}

    assert with_day(a_report(day=TUESDAY), days).day == TUESDAY
    assert with_day(a_report(created=TUESDAY), days).day == MONDAY
    assert with_day(a_report(created=TUESDAY), {}).day == TUESDAY
    assert with_day(a_report(), {}).day is None
