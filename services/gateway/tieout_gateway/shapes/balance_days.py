"""Statement days: opening + booked records = closing, by account and currency."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict, Field

from tieout_gateway.shapes.entries import Side
from tieout_gateway.shapes.shape import Id, Shape, absent

_SUMS: dict[str, Any] = {
    "opening": 10000,
    "records": 350,
    "record_count": 2,
    "closing": 10350,
    "difference": 0,
    "proven": True,
}


class Gap(Shape):
    """The statement before, which closed with another amount than this one opens with."""

    import_batch_id: Id
    statement: int
    closing: int
    difference: int = Field(description="this opening - that closing")


class Statement(Shape):
    """One statement of a file in one currency."""

    data_stream_key: str
    import_batch_id: Id
    statement: int = Field(description="its number within the file, from 1")
    id: str | None = absent("as it names itself")
    opening: int | None
    opening_type: str | None = absent()
    booked: int = Field(description="the file's own sum of what is booked")
    entries: int = Field(description="entries of the file, whatever their status")
    closing: int | None
    closing_type: str | None = absent()
    balance_check: str = Field(description="the file alone: ties, differs by X, or not stated")
    records: int = Field(description="the sum of its booked records, as they were loaded")
    record_count: int
    record_ids: list[Id] = Field(description="the lowest hundred")
    next_cursor: str | None = Field(description="for …/balance_proof/entries?term=booked&…")
    difference: int | None = Field(description="opening + records - closing")
    proven: bool | None = Field(description="null: it does not state both balances")
    gap: Gap | None


class SideOfDay(Shape):
    """One side's statements of the day; a record that several of them hold counts once."""

    side: Side
    opening: int | None
    records: int
    record_count: int
    closing: int | None
    difference: int | None = Field(description="opening + records - closing")
    proven: bool | None
    other_difference: int | None = Field(
        description="the same with the records of the other side's statements of this account"
    )
    proven_by_other_side: bool | None
    statements: list[Statement]


class BalanceDay(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "account": "DE89370400440532013000",
                    "currency": "EUR",
                    "decimal_places": 2,
                    "day": "2026-01-05",
                    "sides": [
                        {
                            "side": "A",
                            **_SUMS,
                            "other_difference": None,
                            "proven_by_other_side": None,
                            "statements": [
                                {
                                    "data_stream_key": "bank-eur",
                                    "import_batch_id": 21,
                                    "statement": 1,
                                    "id": "2026-005",
                                    "opening_type": "OPBD",
                                    "booked": 350,
                                    "entries": 2,
                                    "closing_type": "CLBD",
                                    "balance_check": "ties",
                                    "record_ids": [501, 503],
                                    "next_cursor": None,
                                    "gap": None,
                                    **_SUMS,
                                }
                            ],
                        }
                    ],
                }
            ]
        }
    )

    account: str | None = Field(description="as the statements name it")
    currency: str | None
    decimal_places: int
    day: dt.date | None
    sides: list[SideOfDay]


_AMOUNTS = ("opening", "booked", "records", "closing", "difference", "other_difference")


def day_of(told: Mapping[str, Any], stream_keys: Mapping[int, str]) -> dict[str, Any]:
    """Render one day; amounts become integers."""
    return {
        **{name: told[name] for name in ("account", "currency", "day")},
        "decimal_places": told["exponent"],
        "sides": [
            _amounts(side)
            | {"statements": [_statement_of(one, stream_keys) for one in side["statements"]]}
            for side in told["sides"]
        ],
    }


def _statement_of(told: Mapping[str, Any], stream_keys: Mapping[int, str]) -> dict[str, Any]:
    shown = _amounts(told)
    shown["data_stream_key"] = stream_keys[shown.pop("stream_id")]
    if told["gap"] is not None:
        shown["gap"] = _amounts(told["gap"])
    return shown


def _amounts(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: int(value) if name in _AMOUNTS and value is not None else value
        for name, value in told.items()
    }
