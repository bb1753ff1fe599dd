"""Pass 1 over a camt file: the whole structure is checked before anything is loaded."""

from datetime import date
from typing import BinaryIO

from msgspec import Struct

from tieout_ingest.domain.camt import Balance, Entry, StatementEnd, StatementHead, Texts
from tieout_ingest.domain.camt_amounts import check_details_sum, movement_of, records_from
from tieout_ingest.domain.camt_balances import (
    PROPRIETARY,
    is_movement,
    movement_of_balance,
    stated_balance,
)
from tieout_ingest.domain.camt_carriers import day_at
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import CamtProfile
from tieout_ingest.domain.refusals import FileRefused, Notice, ValueRefused
from tieout_ingest.domain.statement import (
    CLOSING_TYPES,
    OPENING_TYPES,
    StatedBalance,
    StatementReport,
    StatementSums,
)
from tieout_ingest.formats.camt_prolog import Message, read_prolog
from tieout_ingest.formats.camt_stream import read_events

_CLOSING_DATE_TYPES = ("CLBD", "CLAV")
REPORT_OPENING: tuple[str, ...] = ("OPAV",)
REPORT_CLOSING: tuple[str, ...] = ("INFO",)


class CamtSurvey(Struct, frozen=True, kw_only=True, tag_field="format", tag="camt"):
    """What pass 1 found; pass 2 needs `message` and `heads`.

    `rows` is the most outcomes pass 2 can yield: an entry that is rejected whole counts once there,
    here with each of its details.
    """

    message: Message
    heads: list[StatementHead]
    statements: list[StatementReport]
    warnings: list[Notice]
    rows: int


def survey_camt(source: BinaryIO, profile: CamtProfile, limits: Limits) -> CamtSurvey:
    """Read the whole file once, or raise FileRefused; `source` must be seekable."""
    message = read_prolog(source, limits)
    source.seek(0)
    survey = _Survey(profile, limits)
    survey.note_namespace(message)
    for event in read_events(
        source, statement_element=message.statement_element, limits=limits, with_xml=False
    ):
        survey.take(event)
    return survey.result(message)


class _Survey:
    def __init__(self, profile: CamtProfile, limits: Limits) -> None:
        self._from_balances = profile.records_from == "proprietary_balances"
        self._limits = limits
        self._heads: list[StatementHead] = []
        self._reports: list[StatementReport] = []
        self._warnings: list[Notice] = []
        self._rows = 0
        self._start_statement()

    def _start_statement(self) -> None:
        self._sums = StatementSums()
        self._balances: list[StatedBalance] = []
        self._left_out = 0

    def note_namespace(self, message: Message) -> None:
        if message.version is None:
            code = "unknown_namespace" if message.namespace else "no_namespace"
            stated = message.namespace or "no namespace"
            self._warn(1, code, f"read as {message.kind} by its elements: {stated[:200]}")

    def take(self, event: Balance | Entry | StatementEnd) -> None:
        if isinstance(event, Entry):
            self._take_entry(event)
        elif isinstance(event, Balance):
            self._take_balance(event)
        else:
            self._end_statement(event)

    def _take_entry(self, entry: Entry) -> None:
        check_details_sum(entry)
        if self._from_balances:
            self._left_out += 1
            return
        self._sums.add(movement_of(entry))
        kind = records_from(entry)
        self._count(len(entry.details) if kind == "details" else 1)
        if kind == "entry_unsplit":
            self._warn(entry.line, "details_not_split",
                       f"{entry.path}: {len(entry.details)} details stay one record; not all of "
                       "them state an amount in the entry's currency")  # fmt: skip

    def _take_balance(self, balance: Balance) -> None:
        stated = stated_balance(balance)
        if stated is None:
            self._warn(balance.line, "unreadable_balance", f"{balance.path}: no readable amount")
        else:
            self._balances.append(stated)
        if is_movement(balance) and self._from_balances:
            self._sums.add(movement_of_balance(balance))
            self._count(1)

    def _end_statement(self, end: StatementEnd) -> None:
        head = self._head(end)
        self._heads.append(head)
        self._reports += self._sums.reports(
            statement=end.statement, account=head.account, statement_id=head.id,
            account_currency=head.currency, created=head.created_date, balances=self._balances,
            opening_types=REPORT_OPENING if self._from_balances else OPENING_TYPES,
            closing_types=REPORT_CLOSING if self._from_balances else CLOSING_TYPES,
        )  # fmt: skip
        self._note_left_out(end)
        self._start_statement()

    def _note_left_out(self, end: StatementEnd) -> None:
        if self._left_out:
            self._warn(end.line, "entries_not_loaded",
                       f"{end.path}: the profile takes records from proprietary balances; "
                       f"{self._left_out} entries stay out")  # fmt: skip
        movements = any(one.type.startswith(PROPRIETARY) for one in self._balances)
        if movements and not self._from_balances and not self._sums.entries:
            self._warn(end.line, "balances_not_loaded",
                       f"{end.path} has no entries but proprietary balances; to load those, state "
                       "camt.records_from: proprietary_balances in the profile")  # fmt: skip

    def _head(self, end: StatementEnd) -> StatementHead:
        texts = end.texts
        closing = next(
            (one.date for kind in _CLOSING_DATE_TYPES for one in reversed(self._balances)
             if one.type == kind), None,
        )  # fmt: skip
        return StatementHead(
            account=texts.get("Acct/Id/IBAN") or texts.get("Acct/Id/Othr/Id"),
            id=texts.get("Id"),
            currency=texts.get("Acct/Ccy"),
            closing_date=closing,
            created_date=self._created(end, texts),
        )

    def _created(self, end: StatementEnd, texts: Texts) -> date | None:
        try:
            return day_at(texts, "CreDtTm") or day_at(texts, "GrpHdr/CreDtTm")
        except ValueRefused as refused:
            self._warn(end.line, refused.code, f"{end.path}/CreDtTm: {refused}")
            return None

    def _count(self, rows: int) -> None:
        self._rows += rows
        if self._rows > self._limits.rows:
            raise FileRefused(
                "too_many_rows",
                f"the file holds more than {self._limits.rows} rows; upload it in parts",
            )

    def _warn(self, line: int, code: str, message: str) -> None:
        if len(self._warnings) < self._limits.warnings:
            self._warnings.append(Notice(line=line, code=code, message=message))

    def result(self, message: Message) -> CamtSurvey:
        if not self._heads:
            raise FileRefused(
                "no_statement", f"the file holds no {message.statement_element} element"
            )
        return CamtSurvey(
            message=message, heads=self._heads, statements=self._reports,
            warnings=self._warnings, rows=self._rows,
        )  # fmt: skip
