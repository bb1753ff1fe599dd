"""Records: one money movement each, as a stream reported it."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from tieout_gateway.shapes.paging import CursorQuery
from tieout_gateway.shapes.shape import (
    AmountIn,
    Body,
    Day,
    DecimalPlaces,
    Id,
    IdIn,
    Moment,
    Shape,
    StreamKey,
    Text,
    Time,
    absent,
    kept,
)

_Currency = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.]{2,11}$")]
Direction = Literal["credit", "debit"]
RecordStatus = Literal["posted", "pending", "informational"]
_EXAMPLE: dict[str, Any] = {
    "amount": 123456,
    "currency": "EUR",
    "decimal_places": 2,
    "direction": "credit",
    "description": "Invoice 4711",
    "date": "2026-01-05",
    "metadata": {"invoice_id": "4711"},
    "external_id": "txn-0001",
    "data_stream_key": "bank-eur",
}


class NewRecord(Body):
    """`amount` counts minor units and is never negative: `direction` gives the sign."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    data_stream_key: StreamKey
    amount: AmountIn
    direction: Direction
    date: Day
    currency: _Currency | None = Field(default=None, description="in any case; USD when left out")
    decimal_places: DecimalPlaces | None = Field(
        default=None, description="those of the currency when left out"
    )
    description: Text | None = None
    external_id: str | None = Field(default=None, min_length=1, max_length=512)
    reference: Text | None = None
    counterparty: Text | None = None
    value_date: Day | None = None
    metadata: dict[str, Any] | None = None


class RecordChange(Body):
    """What is left out stays; null removes what a record may lack; metadata is replaced whole."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"amount": 123400, "description": "Invoice 4711"}]}
    )

    amount: AmountIn = kept(placeholder=0)
    direction: Direction = kept(placeholder="credit")
    date: Day = kept(placeholder=dt.date.min)
    currency: _Currency = kept(placeholder="USD")
    decimal_places: DecimalPlaces | None = Field(
        default=None, description="those of the currency when another one is given without"
    )
    description: Text | None = None
    external_id: str | None = Field(default=None, min_length=1, max_length=512)
    reference: Text | None = None
    counterparty: Text | None = None
    value_date: Day | None = None
    metadata: dict[str, Any] | None = None


class MoneyFields(Shape):
    """`amount` in minor units, never negative; `direction` gives the sign."""

    amount: int
    currency: str
    decimal_places: int
    direction: Direction
    description: str | None = absent()
    date: dt.date
    external_id: str | None = absent()


class RecordFields(MoneyFields):
    metadata: dict[str, Any]
    value_date: dt.date | None = absent()
    counterparty: str | None = absent()
    reference: str | None = absent()
    record_status: RecordStatus | None = absent(
        "shown when not posted; matches of a pending record are only suggested until it is booked"
    )
    reversal: bool | None = absent("shown when the source says it takes back another")


class Record(RecordFields):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"id": 501, **_EXAMPLE, "version": 1, "created_at": "2026-01-05T09:00:00Z"}
            ]
        }
    )

    id: Id
    data_stream_key: str
    source: str | None = absent("how the record came in")
    import_batch_id: Id | None = absent()
    bulk_request_id: Id | None = absent()
    version: int | None = absent("counts corrections; 1 is the record as it came")
    created_at: Time | None = absent()


class RecordVersion(RecordFields):
    """What a record said from `created_at` on; `changed` names what it had said otherwise."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": 2,
                    "change": "corrected",
                    "changed": ["amount"],
                    "account_id": 3,
                    "source": "api",
                    **{name: one for name, one in _EXAMPLE.items() if name != "data_stream_key"},
                    "created_at": "2026-01-06T10:30:00Z",
                }
            ]
        }
    )

    version: int
    change: Literal["reported", "corrected", "deleted"] = Field(
        description="whether its source told it, or a person corrected or deleted the record"
    )
    changed: list[str]
    account_id: Id | None = absent("who made it, where that is known")
    source: str
    import_batch_id: Id | None = absent()
    bulk_request_id: Id | None = absent()
    created_at: Time


class RecordsQuery(CursorQuery):
    """At least one of the identifying filters is required."""

    data_stream_key: StreamKey | None = None
    reconciliation_id: IdIn | None = None
    reconciliation_match_id: IdIn | None = None
    external_id: str | None = Field(default=None, min_length=1, max_length=512)
    import_batch_id: IdIn | None = None
    bulk_request_id: IdIn | None = None
    created_after: Moment | None = None
    created_before: Moment | None = None
    source: str | None = Field(default=None, min_length=1, max_length=64)


def money_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give the business fields of `tieout_contracts.record.Fields` End Close's names."""
    return {
        "amount": int(fields["amount_minor"]),
        "currency": fields["currency"],
        "decimal_places": fields["exponent"],
        "direction": fields["direction"],
        "description": fields.get("description"),
        "date": fields["date"],
        "external_id": fields.get("external_id"),
    }


def more_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give the business fields that End Close has no name for."""
    return {
        "value_date": fields.get("value_date"),
        "counterparty": fields.get("counterparty"),
        "reference": fields.get("reference"),
        "record_status": fields.get("status"),
        "reversal": fields.get("reversal"),
        "metadata": fields.get("metadata") or {},
    }


def record_of(told: Mapping[str, Any]) -> Record:
    return Record.model_validate(
        {
            "id": told["id"],
            **money_fields(told["fields"]),
            **more_fields(told["fields"]),
            "data_stream_key": told["data_stream_key"],
            "source": told.get("source"),
            "import_batch_id": told.get("import_batch_id"),
            "bulk_request_id": told.get("bulk_request_id"),
            "version": told.get("version"),
            "created_at": told.get("created_at"),
        }
    )


_CHANGES = {None: "reported", "correction": "corrected", "deletion": "deleted"}
# Our names of fields that End Close calls otherwise.
_NAMES = {"amount_minor": "amount", "exponent": "decimal_places", "status": "record_status"}


def version_of(told: Mapping[str, Any]) -> RecordVersion:
    return RecordVersion.model_validate(
        {
            "version": told["version"],
            "change": _CHANGES[told["change"]],
            "changed": [_NAMES.get(name, name) for name in told["changed"]],
            "account_id": told["account_id"],
            "source": told["source"],
            "import_batch_id": told["import_batch_id"],
            "bulk_request_id": told["bulk_request_id"],
            **money_fields(told["fields"]),
            **more_fields(told["fields"]),
            "created_at": told["created_at"],
        }
    )
