"""A row of cells → a record or a rejection: a profile compiled to one function (the hot path)."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import cast

from tieout_contracts.money import MoneyError, exponent_of
from tieout_contracts.record import Direction, Fields, RecordStatus
from tieout_ingest.domain.amounts import AmountReader, amount_reader
from tieout_ingest.domain.csv_columns import Columns
from tieout_ingest.domain.dates import date_reader
from tieout_ingest.domain.drafts import Record, draft
from tieout_ingest.domain.identity import Occurrences, real_reference
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import AmountColumns, CsvProfile, SignedAmount
from tieout_ingest.domain.refusals import Rejection, ValueRefused, shown

RowReader = Callable[[int, list[str]], Record | Rejection]
MoneyReader = Callable[[Sequence[str], str, int], tuple[int, Direction]]
_DIRECTIONS: Mapping[str, str] = {
    "credit": "credit", "c": "credit", "cr": "credit", "crdt": "credit", "+": "credit",
    "debit": "debit", "d": "debit", "dr": "debit", "dbit": "debit", "-": "debit",
}  # fmt: skip
_STATUSES: Mapping[str, str] = {
    "": "posted", "posted": "posted", "booked": "posted", "pending": "pending",
    "informational": "informational",
}  # fmt: skip


def row_reader(columns: Columns, profile: CsvProfile, limits: Limits) -> RowReader:
    """Compile a profile into the function that reads one row (line from 1, its cells)."""
    day_of = date_reader(profile.date_format)
    currency_of = _currency_reader(profile)
    status_of = cast("Callable[[str], RecordStatus]", _word_reader("status", _STATUSES, profile))
    money_of = _money_reader(columns, profile)
    occurrences = Occurrences()
    at = columns.fields
    date_at, currency_at, value_date_at = at["date"], at["currency"], at["value_date"]
    description_at, counterparty_at = at["description"], at["counterparty"]
    reference_at, id_at, status_at = at["reference"], at["external_id"], at["status"]
    metadata_at = tuple(columns.metadata.items())

    def read(line: int, cells: list[str]) -> Record | Rejection:
        if len(cells) != columns.width:
            return _ragged(line, cells, columns)
        row = [*cells, ""]
        try:
            currency, exponent = currency_of(row[currency_at])
            minor, direction = money_of(row, currency, exponent)
            value_date = row[value_date_at]
            day = day_of(row[date_at])
            external_id = real_reference(row[id_at])
            if external_id is not None and len(external_id) > limits.external_id_characters:
                raise _too_long("external_id", limits)
            fields = Fields(
                amount_minor=str(minor),
                exponent=exponent,
                currency=currency,
                direction=direction,
                date=day,
                value_date=day_of(value_date) if value_date else None,
                description=row[description_at].strip() or None,
                counterparty=row[counterparty_at].strip() or None,
                external_id=external_id,
                reference=row[reference_at].strip() or None,
                status=status_of(row[status_at]),
                metadata={name: row[i] for name, i in metadata_at if row[i]},
            )
        except (ValueRefused, MoneyError) as refused:
            return Rejection(line=line, code=refused.code, message=f"line {line}: {refused}")
        identity = external_id or _by_content(occurrences, fields)
        return draft(fields=fields, identity=identity, line=line, raw=cells, limits=limits)

    return read


def _by_content(occurrences: Occurrences, fields: Fields) -> str:
    return occurrences.identity(
        f"{fields.signed_minor} {fields.exponent} {fields.currency}",
        fields.date.isoformat(),
        fields.description,
        fields.counterparty,
        fields.reference,
    )


def _money_reader(columns: Columns, profile: CsvProfile) -> MoneyReader:
    amount_of = amount_reader(
        decimal_mark=profile.decimal_mark, thousands_mark=profile.thousands_mark
    )
    sign = columns.sign
    if isinstance(sign, SignedAmount):
        return _signed_column(columns, sign, amount_of)
    if isinstance(sign, AmountColumns):
        return _two_columns(columns, amount_of)
    direction_of = cast(
        "Callable[[str], Direction]", _word_reader("direction", _DIRECTIONS, profile)
    )
    amount_at, direction_at = columns.amount, columns.fields["direction"]

    def read(row: Sequence[str], currency: str, exponent: int) -> tuple[int, Direction]:
        minor = amount_of(row[amount_at], currency, exponent)
        if minor < 0:
            raise ValueRefused(
                "signed_amount",
                f"{shown(row[amount_at])} has a sign although the column `direction` gives it; "
                "state the sign rule in the profile",
            )
        return minor, direction_of(row[direction_at])

    return read


def _signed_column(columns: Columns, sign: SignedAmount, amount_of: AmountReader) -> MoneyReader:
    amount_at = columns.amount
    positive = sign.positive
    negative: Direction = "debit" if positive == "credit" else "credit"

    def read(row: Sequence[str], currency: str, exponent: int) -> tuple[int, Direction]:
        minor = amount_of(row[amount_at], currency, exponent)
        return (minor, positive) if minor >= 0 else (-minor, negative)

    return read


def _two_columns(columns: Columns, amount_of: AmountReader) -> MoneyReader:
    debit_at, credit_at = columns.debit, columns.credit

    def read(row: Sequence[str], currency: str, exponent: int) -> tuple[int, Direction]:
        texts = (row[debit_at].strip(), row[credit_at].strip())
        debit, credit = (amount_of(text, currency, exponent) if text else 0 for text in texts)
        if not any(texts) or (debit and credit) or debit < 0 or credit < 0:
            raise ValueRefused(
                "unreadable_amount",
                f"debit {shown(texts[0])} and credit {shown(texts[1])}: exactly one of them is "
                "a positive amount",
            )
        return (debit, "debit") if debit or not texts[1] else (credit, "credit")

    return read


def _currency_reader(profile: CsvProfile) -> Callable[[str], tuple[str, int]]:
    mapped = profile.value_maps.get("currency", {})

    @lru_cache(maxsize=1024)
    def read(text: str) -> tuple[str, int]:
        written = text.strip()
        code = mapped.get(written, written).upper() or (profile.default_currency or "").upper()
        if not code:
            raise ValueRefused("currency_missing", "no currency is stated, and none is the default")
        exponent = profile.exponents.get(code)
        return code, exponent_of(code) if exponent is None else exponent

    return read


def _word_reader(name: str, known: Mapping[str, str], profile: CsvProfile) -> Callable[[str], str]:
    words = dict(known)
    words |= {text.casefold(): meant for text, meant in profile.value_maps.get(name, {}).items()}

    @lru_cache(maxsize=1024)
    def read(text: str) -> str:
        meant = words.get(text.strip().casefold())
        if meant is None:
            raise ValueRefused(
                f"unknown_{name}",
                f"{shown(text)} is no {name} known here; map it in value_maps.{name}",
            )
        return meant

    return read


def _ragged(line: int, cells: Sequence[str], columns: Columns) -> Rejection:
    return Rejection(
        line=line,
        code="ragged_row",
        message=f"line {line} has {len(cells)} cells, the header {columns.width}",
    )


def _too_long(name: str, limits: Limits) -> ValueRefused:
    return ValueRefused(
        f"{name}_too_long", f"{name} is longer than {limits.external_id_characters} characters"
    )
