"""One record as JSON or as an upstream transaction → a record draft, or every problem it has."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from tieout_contracts.money import MAX_EXPONENT, MoneyError, checked_minor, exponent_of
from tieout_contracts.record import Direction, Fields, RecordStatus
from tieout_contracts.transactions import Transaction
from tieout_ingest.domain.dates import iso_day
from tieout_ingest.domain.drafts import Record, draft
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.refusals import JsonRefused, Problem, Rejection, ValueRefused, shown

Value = TypeVar("Value")
DEFAULT_CURRENCY = "USD"
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.]{2,11}", re.ASCII)
_DIRECTIONS: dict[str, Direction] = {"credit": "credit", "debit": "debit"}
_STATUSES: dict[str, RecordStatus] = {
    "posted": "posted", "pending": "pending", "informational": "informational",
}  # fmt: skip


def record_from_json(
    document: Any, *, limits: Limits, path: str = "$", position: int = 1
) -> Record:
    """Read one record of POST records or of a bulk request; `position` counts from 1 in it.

    Amounts are integers of minor units, never negative; `decimal_places` defaults to the
    currency's, the currency to USD. Members we do not know stay in the raw content only.
    Raises JsonRefused with every problem and its JSON path below `path`.
    """
    if not isinstance(document, Mapping):
        raise JsonRefused(Problem(path=path, code="invalid_type", message="is not an object"))
    return _read(document, raw=document, limits=limits, path=path, position=position)


def record_from_transaction(
    transaction: Transaction, *, limits: Limits, path: str = "$", position: int = 1
) -> Record:
    """Read one transaction of the inbound topic; raises JsonRefused as `record_from_json`."""
    document = msgspec.structs.asdict(transaction)
    raw = msgspec.to_builtins(transaction)
    return _read(document, raw=raw, limits=limits, path=path, position=position)


def _read(
    document: Mapping[str, Any], *, raw: Any, limits: Limits, path: str, position: int
) -> Record:
    members = _Members(document, path)
    currency = members.read("currency", _currency) or DEFAULT_CURRENCY
    amount = members.required("amount", _amount)
    direction = members.required("direction", _direction)
    day = members.required("date", _day)
    exponent = members.read("decimal_places", _decimal_places)
    value_date = members.read("value_date", _day)
    status = members.read("status", _status)
    metadata = members.read("metadata", _metadata)
    external_id = members.read("external_id", _filled)
    description = members.read("description", _text)
    counterparty = members.read("counterparty", _text)
    reference = members.read("reference", _text)
    if exponent is None:
        exponent = members.check("currency", lambda: exponent_of(currency))
    if external_id is not None and len(external_id) > limits.external_id_characters:
        members.note(
            "external_id", "too_long", f"has over {limits.external_id_characters} characters"
        )
    if members.problems or amount is None or direction is None or day is None or exponent is None:
        raise JsonRefused(*members.problems)
    fields = Fields(
        amount_minor=str(amount),
        exponent=exponent,
        currency=currency,
        direction=direction,
        date=day,
        value_date=value_date,
        description=description,
        counterparty=counterparty,
        external_id=external_id,
        reference=reference,
        status=status or "posted",
        metadata=metadata or {},
    )
    made = draft(fields=fields, identity=external_id, line=position, raw=raw, limits=limits)
    if isinstance(made, Rejection):
        raise JsonRefused(Problem(path=path, code=made.code, message=made.message))
    return made


class _Members:
    """Reads the members of one object and collects what is wrong with them."""

    def __init__(self, document: Mapping[str, Any], path: str) -> None:
        self._document = document
        self._path = path
        self.problems: list[Problem] = []

    def read(self, name: str, reader: Callable[[Any], Value]) -> Value | None:
        """Read an optional member: absent and null are the same."""
        value = self._document.get(name)
        return None if value is None else self.check(name, lambda: reader(value))

    def required(self, name: str, reader: Callable[[Any], Value]) -> Value | None:
        if self._document.get(name) is None:
            self.note(name, "missing", "is required")
        return self.read(name, reader)

    def check(self, name: str, reading: Callable[[], Value]) -> Value | None:
        try:
            return reading()
        except (ValueRefused, MoneyError) as refused:
            self.note(name, refused.code, str(refused))
            return None

    def note(self, name: str, code: str, message: str) -> None:
        self.problems.append(Problem(path=f"{self._path}.{name}", code=code, message=message))


def _amount(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueRefused(
            "not_minor_units", f"{shown(value)} is not an integer of minor units (1234 is 12.34)"
        )
    checked_minor(value)
    if value < 0:
        raise ValueRefused(
            "negative_amount", f"{shown(value)} is negative; direction gives the sign"
        )
    return value


def _decimal_places(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_EXPONENT:
        raise ValueRefused("invalid_value", f"{shown(value)} is not between 0 and {MAX_EXPONENT}")
    return value


def _currency(value: Any) -> str:
    code = _text(value).upper()
    if _CODE.fullmatch(code) is None:
        raise ValueRefused("unknown_currency", f"{shown(value)} is not a currency or asset code")
    return code


def _direction(value: Any) -> Direction:
    return _one_of(value, _DIRECTIONS)


def _status(value: Any) -> RecordStatus:
    return _one_of(value, _STATUSES)


def _one_of(value: Any, known: Mapping[str, Value]) -> Value:
    found = known.get(value) if isinstance(value, str) else None
    if found is None:
        raise ValueRefused("invalid_value", f"{shown(value)} is none of {', '.join(known)}")
    return found


def _day(value: Any) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    return iso_day(_text(value))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueRefused("invalid_type", f"{shown(value)} is not a string")
    return value


def _filled(value: Any) -> str:
    text = _text(value)
    if not text.strip():
        raise ValueRefused("invalid_value", "is blank; leave it out when there is none")
    return text


def _metadata(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueRefused("invalid_type", f"{shown(value)} is not an object")
    return dict(value)
