"""What makes a term of a balance proof: records, and adjustments of matches."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field

from tieout_gateway.shapes.entries import Side
from tieout_gateway.shapes.paging import CursorQuery
from tieout_gateway.shapes.shape import Day, Id, IdIn, Moment, Shape, absent

TermName = Literal[
    "side_b", "side_a", "opening_difference", "open_b", "open_a", "closed", "ignored", "withdrawn",
    "adjustments", "matched_b", "matched_a", "misplaced",
]  # fmt: skip


class BalanceEntriesQuery(CursorQuery):
    term: TermName | Literal["booked"] | None = Field(
        default=None,
        description="every entry when left out; `booked`: the records of one statement",
    )
    currency: str | None = Field(default=None, max_length=12)
    as_of: Moment | None = None
    import_batch_id: IdIn | None = Field(default=None, description="with term `booked`")
    statement: int | None = Field(default=None, ge=1, le=2**31 - 1, description="as above")


class BalanceEntry(Shape):
    """What makes a term: a record, or an adjustment of a match."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "record_id": 503,
                    "data_stream_key": "bank-eur",
                    "side": "A",
                    "amount": 300,
                    "currency": "EUR",
                    "decimal_places": 2,
                    "date": "2026-01-05",
                    "description": "Invoice 4711",
                }
            ]
        }
    )

    record_id: Id | None = absent()
    match_id: Id | None = absent("of an adjustment; of a record, the match that holds it now")
    data_stream_key: str | None = absent()
    side: Side | None = absent()
    amount: int = Field(description="what the term counts of it, signed as the term counts")
    currency: str
    decimal_places: int
    date: Day | None = absent()
    description: str | None = absent()
    external_id: str | None = absent()
    reference: str | None = absent()
    reason: str | None = absent("of an adjustment")


def balance_entry_of(told: Mapping[str, Any], stream_keys: Mapping[int, str]) -> BalanceEntry:
    fields = told.get("fields", {})
    names = ("date", "description", "external_id", "reference")
    return BalanceEntry.model_validate(
        {name: fields.get(name) for name in names}
        | {name: told.get(name) for name in ("record_id", "match_id", "side", "reason")}
        | {
            "data_stream_key": stream_keys.get(told.get("stream_id", 0)),
            "amount": int(told["amount"]),
            "currency": told["currency"],
            "decimal_places": told["exponent"],
        }
    )
