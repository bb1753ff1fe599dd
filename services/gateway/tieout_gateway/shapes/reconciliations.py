"""Reconciliations: streams of side A that are tied to streams of side B."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictInt

from tieout_contracts.money import MAX_DIGITS
from tieout_gateway.shapes.shape import (
    Body,
    DecimalPlaces,
    Id,
    IdIn,
    Name,
    Shape,
    Time,
)
from tieout_gateway.shapes.streams import Stream, stream_of

_STREAM: dict[str, Any] = {
    "type": "api",
    "expected_days": 2,
    "arrival_grace_seconds": 3600,
    "overlap": "dedupe",
    "created_at": "2026-01-05T09:00:00Z",
}


SignedMinor = Annotated[StrictInt, Field(gt=-(10**MAX_DIGITS), lt=10**MAX_DIGITS)]


class NewOpeningBalance(Body):
    side: Literal["A", "B"]
    currency: str = Field(pattern=r"^[A-Z0-9][A-Z0-9.]{2,11}$", description="in upper case")
    amount: SignedMinor = Field(description="signed minor units")
    decimal_places: DecimalPlaces | None = Field(
        default=None, description="those of the currency when left out"
    )


class OpeningBalance(Shape):
    side: Literal["A", "B"]
    currency: str
    amount: int
    decimal_places: int


class NewReconciliation(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Bank against ledger",
                    "side_a_stream_ids": [11],
                    "side_b_stream_ids": ["12"],
                }
            ]
        }
    )

    name: Name
    run_type: Literal["continuous", "batch"] = "continuous"
    side_a_stream_ids: list[IdIn] = Field(default=[], max_length=100)
    side_b_stream_ids: list[IdIn] = Field(default=[], max_length=100)
    sign_mode: Literal["same", "opposite", "absolute"] = Field(
        default="same", description="how the sign of an amount on side A compares to side B's"
    )
    timezone: str = Field(
        default="UTC", max_length=64, description="IANA name; decides when a day ends"
    )
    opening_balances: list[NewOpeningBalance] = Field(
        default=[],
        max_length=100,
        description="what each side has now and no record will bring; fixed: the balance proof",
    )

    @property
    def as_told(self) -> dict[str, Any]:
        """Give the body as the matcher takes it."""
        return self.model_dump() | {
            "opening_balances": [
                {
                    "side": one.side,
                    "currency": one.currency,
                    "amount_minor": str(one.amount),
                    "exponent": one.decimal_places,
                }
                for one in self.opening_balances
            ]
        }


class ReconciliationChange(Body):
    """What is left out stays, but naming the streams of a side replaces those of both."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Bank against ledger",
                    "side_a_stream_ids": [11],
                    "side_b_stream_ids": ["12"],
                }
            ]
        }
    )

    name: Name = ""
    run_type: Literal["continuous", "batch"] = "continuous"
    side_a_stream_ids: list[IdIn] = Field(default=[], max_length=100)
    side_b_stream_ids: list[IdIn] = Field(default=[], max_length=100)


class Reconciliation(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 41,
                    "name": "Bank against ledger",
                    "run_type": "continuous",
                    "sign_mode": "same",
                    "timezone": "UTC",
                    "side_a_streams": [
                        {"id": 11, "key": "bank-eur", "name": "Bank account EUR", **_STREAM}
                    ],
                    "side_b_streams": [
                        {"id": 12, "key": "ledger", "name": "General ledger", **_STREAM}
                    ],
                    "opening_balances": [],
                    "created_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    id: Id
    name: str
    run_type: Literal["continuous", "batch"]
    sign_mode: Literal["same", "opposite", "absolute"]
    timezone: str
    side_a_streams: list[Stream]
    side_b_streams: list[Stream]
    opening_balances: list[OpeningBalance] = Field(
        description="what each side had when it began, in no record"
    )
    created_at: Time


class Progress(Shape):
    """How far the records of a reconciliation's streams have come."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reconciliation_id": 41,
                    "accepted": 1000,
                    "routed": 1000,
                    "backfilling": False,
                    "decided": 990,
                    "matched": 900,
                    "unmatched": 90,
                    "ended": 0,
                    "overdue": 5,
                    "behind": 10,
                    "rekeying": False,
                }
            ]
        }
    )

    reconciliation_id: Id
    accepted: int = Field(description="records of its streams that may be matched")
    routed: int = Field(description="of these, told to the matcher")
    backfilling: bool = Field(description="older records of a stream are still being told")
    decided: int = Field(
        description="entries the matcher has looked at: matched + unmatched + ended"
    )
    matched: int
    unmatched: int
    ended: int = Field(description="entries that are not to be matched: their record was deleted")
    overdue: int
    behind: int = Field(description="routed - decided: 0 when the matcher has caught up")
    rekeying: bool = Field(description="rules changed, and open entries are being tried again")


def reconciliation_of(
    told: Mapping[str, Any], streams: Mapping[int, Mapping[str, Any]]
) -> Reconciliation:
    """Render one; `streams` holds the organisation's streams by id."""
    sides: dict[str, list[Stream]] = {"A": [], "B": []}
    for member in told["streams"]:
        sides[member["side"]].append(stream_of(streams[member["stream_id"]]))
    return Reconciliation(
        **{
            name: told[name]
            for name in ("id", "name", "run_type", "sign_mode", "timezone", "created_at")
        },
        side_a_streams=sides["A"],
        side_b_streams=sides["B"],
        opening_balances=[_opening_of(one) for one in told["opening_balances"]],
    )


def _opening_of(told: Mapping[str, Any]) -> OpeningBalance:
    return OpeningBalance(
        side=told["side"],
        currency=told["currency"],
        amount=int(told["amount_minor"]),
        decimal_places=told["exponent"],
    )


def progress_of(
    reconciliation_id: int, *, ingest: Mapping[str, Any], matcher: Mapping[str, Any]
) -> Progress:
    return Progress.model_validate(
        {
            "reconciliation_id": reconciliation_id,
            **{name: ingest[name] for name in ("accepted", "routed", "backfilling")},
            **{
                name: matcher[name]
                for name in ("decided", "matched", "unmatched", "ended", "overdue", "rekeying")
            },
            "behind": ingest["accepted"] - matcher["decided"],
        }
    )
