"""A camt entry → its records or its rejection (semantics 10, ADR 0003)."""

from collections.abc import Iterator

import msgspec

from tieout_contracts.money import MoneyError, exponent_of
from tieout_contracts.record import Direction, Fields, RecordStatus
from tieout_ingest.domain.amounts import positive_minor
from tieout_ingest.domain.camt import Detail, Entry, StatementHead, Texts
from tieout_ingest.domain.camt_amounts import (
    amount_key,
    direction_of,
    records_from,
    shared_texts,
    status_of,
)
from tieout_ingest.domain.camt_carriers import (
    carriers,
    counterparty_name,
    dates_of,
    day_at,
    description_of,
    reference_of,
)
from tieout_ingest.domain.drafts import Record, draft
from tieout_ingest.domain.identity import Occurrences, reference_identity
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.refusals import Rejection, ValueRefused

DETAILS_IN_METADATA = 100  # the raw content keeps all of them


class _Money(msgspec.Struct, frozen=True, kw_only=True):
    amount_minor: int
    direction: Direction
    line: int


class CamtRecords:
    """Makes the records of one file, in file order: equal content is counted as it comes."""

    def __init__(self, *, limits: Limits) -> None:
        self._limits = limits
        self._occurrences = Occurrences()

    def of_entry(self, entry: Entry, head: StatementHead) -> Iterator[Record | Rejection]:
        """Yield one record or rejection for the entry, or one for each detail."""
        kind = records_from(entry)
        split = kind == "details"
        try:
            currency = entry.texts.get("Amt@Ccy", "")
            exponent = exponent_of(currency)
            status = status_of(entry.texts)
            money = _money(entry, exponent, split=split)
        except (ValueRefused, MoneyError) as refused:
            yield rejection(entry.line, entry.path, refused)
            return
        for index, one in enumerate(money):
            texts = entry.details[index].texts if split else shared_texts(entry.details)
            made = _Draft(
                entry=entry, detail=texts, head=head, index=index, money=one,
                currency=currency, exponent=exponent, status=status,
                raw=_raw(entry, entry.details[index : index + 1], index) if split
                else _raw(entry, entry.details, 0),
            )  # fmt: skip
            yield self._record(made, unsplit=kind == "entry_unsplit")

    def _record(self, made: "_Draft", *, unsplit: bool) -> Record | Rejection:
        entry, detail, direction = made.entry, made.detail, made.money.direction
        try:
            day, source, settlement = dates_of(detail, entry.texts, made.head)
            value_date = day_at(entry.texts, "ValDt") or settlement or day
        except ValueRefused as refused:
            return rejection(made.money.line, entry.path, refused)
        if day is None:
            missing = ValueRefused("date_missing", "no booking, value or statement date is stated")
            return rejection(made.money.line, entry.path, missing)
        metadata = carriers(detail, entry.texts, direction)
        reference = reference_of(detail, entry.texts)
        metadata |= {"date_source": source} | statement_metadata(made.head)
        if unsplit:
            metadata["detail_count"] = len(entry.details)
            metadata["details"] = [
                carriers(one.texts, {}, direction) for one in entry.details[:DETAILS_IN_METADATA]
            ]
        fields = Fields(
            amount_minor=str(made.money.amount_minor),
            exponent=made.exponent,
            currency=made.currency,
            direction=direction,
            date=day,
            value_date=value_date,
            description=description_of(metadata, detail, entry.texts),
            counterparty=counterparty_name(metadata, direction),
            reference=None if reference is None else reference[0],
            status=made.status,
            reversal=entry.texts.get("RvslInd") in ("true", "1"),
            metadata=metadata,
        )
        identity = (
            self._by_content(fields, made.head)
            if reference is None
            else reference_identity(
                account=made.head.account,
                reference=reference[0],
                detail_index=made.index,
                direction=direction,
                reversal=fields.reversal,
                settlement_date=settlement if reference[1] else None,
            )
        )
        return draft(
            fields=fields, identity=identity, line=made.money.line, raw=made.raw,
            limits=self._limits, statement=entry.statement,
        )  # fmt: skip

    def _by_content(self, fields: Fields, head: StatementHead) -> str:
        return self._occurrences.identity(
            head.account,
            head.id,
            f"{fields.signed_minor} {fields.currency}",
            fields.date.isoformat(),
            fields.description,
            fields.counterparty,
        )


class _Draft(msgspec.Struct, frozen=True, kw_only=True):
    entry: Entry
    detail: Texts
    head: StatementHead
    index: int
    money: _Money
    currency: str
    exponent: int
    status: RecordStatus
    raw: dict[str, object]


def statement_metadata(head: StatementHead) -> dict[str, str]:
    """Name the statement a record comes from, as far as it names itself."""
    stated = {"account": head.account, "statement_id": head.id}
    return {name: text for name, text in stated.items() if text is not None}


def rejection(line: int, path: str, refused: ValueRefused | MoneyError) -> Rejection:
    """Reject a row of an XML file, naming its place by line and path."""
    return Rejection(line=line, code=refused.code, message=f"{path} (line {line}): {refused}")


def _money(entry: Entry, exponent: int, *, split: bool) -> list[_Money]:
    default = entry.texts.get("CdtDbtInd")
    direction_of(entry.texts)
    whole = positive_minor(entry.texts.get("Amt", ""), exponent=exponent)
    if not split:
        return [_Money(amount_minor=whole, direction=direction_of(entry.texts), line=entry.line)]
    return [
        _Money(
            amount_minor=positive_minor(_amount(detail), exponent=exponent),
            direction=direction_of(detail.texts, default=default),
            line=detail.line,
        )
        for detail in entry.details
    ]


def _amount(detail: Detail) -> str:
    return detail.texts.get(amount_key(detail) or "", "")


def _raw(entry: Entry, details: tuple[Detail, ...], index: int) -> dict[str, object]:
    """Keep the XML as it came: an entry's own with its first record only, so nothing multiplies."""
    own = {"entry": entry.xml} if index == 0 else {}
    return {"path": entry.path, **own, "details": [detail.xml for detail in details]}
