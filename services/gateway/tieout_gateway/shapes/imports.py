"""Import batches: one uploaded file each, with what came of its rows."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field

from tieout_gateway.shapes.records import RecordFields, money_fields, more_fields
from tieout_gateway.shapes.shape import Id, Shape, Time, absent

_EXAMPLE: dict[str, Any] = {
    "id": 21,
    "data_stream_key": "bank-eur",
    "source": "csv_upload",
    "filename": "january.csv",
    "status": "completed",
    "record_count": 2,
    "total_credits": 123456,
    "total_debits": 2300,
    "net_amount": 121156,
    "decimal_places": 2,
    "by_currency": [
        {
            "currency": "EUR",
            "decimal_places": 2,
            "total_credits": 123456,
            "total_debits": 2300,
            "net_amount": 121156,
        }
    ],
    "date_range_start": "2026-01-02",
    "date_range_end": "2026-01-05",
    "rows_read": 3,
    "accepted": 2,
    "skipped": 0,
    "rejected": 1,
    "imported": 2,
    "duplicate": False,
    "rejections": [{"line": 4, "code": "unreadable_date", "message": "'31/02' is no date"}],
    "warnings": [],
    "statements": [],
    "created_at": "2026-01-05T09:00:00Z",
    "completed_at": "2026-01-05T09:00:01Z",
    "records_url": "/v1/import_batches/21/records",
}


class RowRejection(Shape):
    line: int | None = absent("of the file, from 1")
    code: str
    message: str


class ImportFailure(Shape):
    code: str
    message: str


class CurrencyTotals(Shape):
    """Sums of minor units."""

    currency: str
    decimal_places: int
    total_credits: int
    total_debits: int
    net_amount: int


class ImportBatch(Shape):
    """Sums are of minor units, and null when the file holds several currencies."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: Id
    data_stream_key: str
    source: str
    filename: str | None
    status: Literal["received", "loading", "completed", "failed"]
    record_count: int
    total_credits: int | None
    total_debits: int | None
    net_amount: int | None
    decimal_places: int | None
    by_currency: list[CurrencyTotals]
    date_range_start: dt.date | None
    date_range_end: dt.date | None
    rows_read: int = Field(description="= accepted + skipped + rejected, once it is completed")
    accepted: int
    skipped: int = Field(description="rows that an earlier file had brought")
    rejected: int
    imported: int = Field(description="records this upload added; 0 for a duplicate")
    duplicate: bool = Field(description="the same file was imported before: this is its batch")
    rejections: list[RowRejection] = Field(description="the first thousand")
    warnings: list[Any]
    statements: list[dict[str, Any]]
    error: ImportFailure | None = absent("why the whole file was refused")
    created_at: Time
    completed_at: Time | None
    reset_at: Time | None = absent("since then its records are no more and its file may come again")
    records_url: str


class PreviewRow(Shape):
    line: int | None = absent("of the file, from 1")
    fields: RecordFields


class ImportPreview(Shape):
    """What an import of the file would do; nothing was kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "profile": {"format": "csv", "delimiter": ";"},
                    "rows": [
                        {
                            "line": 2,
                            "fields": {
                                "amount": 123456,
                                "currency": "EUR",
                                "decimal_places": 2,
                                "direction": "credit",
                                "date": "2026-01-05",
                                "metadata": {},
                            },
                        }
                    ],
                    "rejections": [],
                    "warnings": [],
                    "statements": [],
                }
            ]
        }
    )

    profile: dict[str, Any] | None
    rows: list[PreviewRow] = Field(description="the first hundred")
    rejections: list[RowRejection]
    warnings: list[Any]
    statements: list[dict[str, Any]]


def import_batch_of(told: Mapping[str, Any]) -> ImportBatch:
    totals = [_totals(one) for one in told.get("by_currency", [])]
    names = ("total_credits", "total_debits", "net_amount", "decimal_places")
    (single,) = totals if len(totals) == 1 else ({},)
    nothing = {} if totals else {**dict.fromkeys(names[:3], 0), "decimal_places": 2}
    duplicate = bool(told.get("duplicate", False))
    return ImportBatch.model_validate(
        {name: told.get(name) for name in ImportBatch.model_fields}
        | {name: single.get(name, nothing.get(name)) for name in names}
        | {
            "by_currency": totals,
            "rejections": _rejections(told),
            "warnings": told.get("warnings") or [],
            "statements": told.get("statements") or [],
            "duplicate": duplicate,
            "imported": 0 if duplicate else told["accepted"],
            "records_url": f"/v1/import_batches/{told['id']}/records",
        }
    )


def preview_of(told: Mapping[str, Any]) -> ImportPreview:
    return ImportPreview.model_validate(
        {
            "profile": told.get("profile"),
            "rows": [
                {
                    "line": one.get("line"),
                    "fields": money_fields(one["fields"]) | more_fields(one["fields"]),
                }
                for one in told["rows"]
            ],
            "rejections": _rejections(told),
            "warnings": told.get("warnings") or [],
            "statements": told.get("statements") or [],
        }
    )


def _totals(told: Mapping[str, Any]) -> dict[str, Any]:
    sums = ("total_credits", "total_debits", "net_amount")
    return {
        "currency": told["currency"],
        "decimal_places": told["exponent"],
        **{name: int(told[name]) for name in sums},
    }


def _rejections(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {name: one.get(name) for name in RowRejection.model_fields}
        for one in told.get("rejections") or []
    ]
