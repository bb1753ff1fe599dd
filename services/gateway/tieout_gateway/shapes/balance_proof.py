"""The balance proof: why two sides differ by what they differ by, and statements that tie."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field

from tieout_gateway.shapes.balance_days import BalanceDay, day_of
from tieout_gateway.shapes.balance_entries import TermName
from tieout_gateway.shapes.paging import CursorQuery
from tieout_gateway.shapes.shape import Day, Id, Moment, Shape, Time, absent


def _example(term: TermName, amount: int, *record_ids: int) -> dict[str, Any]:
    return {
        "term": term,
        "sum": amount,
        "record_count": len(record_ids),
        "opening_balance": 0,
        "pending_count": 0,
        "informational_count": 0,
        "record_ids": [*record_ids],
        "next_cursor": None,
    }


class BalanceProofQuery(CursorQuery):
    """`account`, the dates and paging choose statement days; the equation is always whole."""

    as_of: Moment | None = Field(default=None, description="as it stood then; now when left out")
    account: str | None = Field(default=None, max_length=256)
    date_from: Day | None = Field(default=None, description="first day of statements")
    date_to: Day | None = Field(default=None, description="last day of statements, inclusive")


class BalanceTerm(Shape):
    """One sum of the equation, with the records that make it: the first hundred and a cursor."""

    term: TermName
    sum: int = Field(description="minor units, as the sign mode counts them")
    record_count: int = Field(description="of `adjustments`: how many; of opening balances too")
    opening_balance: int = Field(description="the part of the sum that is in no record")
    pending_count: int = Field(description="of the records, not booked yet")
    informational_count: int
    record_ids: list[Id] | None = absent("the lowest hundred")
    match_ids: list[Id] | None = absent("of `adjustments`: the matches they make tie")
    next_cursor: str | None = Field(description="for …/balance_proof/entries?term=…&currency=…")


class CurrencyProof(Shape):
    """One currency's equation.

    side_b - side_a = opening_difference + open_b - open_a + closed + ignored + withdrawn
    + adjustments; what ended and adjustments count as B - A.
    """

    currency: str
    decimal_places: int = Field(description="of all sums: the finest of the currency's records")
    proven: bool = Field(description="the difference is 0 and no record is misplaced")
    side_difference: int = Field(description="side_b - side_a")
    difference: int = Field(description="what the right side leaves unexplained")
    terms: list[BalanceTerm]


class BalanceProof(Shape):
    """Both proofs of a reconciliation: its equation by currency, its statements by day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reconciliation_id": 41,
                    "as_of": None,
                    "sign_mode": "same",
                    "proven": True,
                    "currencies": [
                        {
                            "currency": "EUR",
                            "decimal_places": 2,
                            "proven": True,
                            "side_difference": -300,
                            "difference": 0,
                            "terms": [
                                _example("side_b", 1000, 502),
                                _example("side_a", 1300, 501, 503),
                                _example("open_a", 300, 503),
                            ],
                        }
                    ],
                    "days": [],
                    "next_cursor": None,
                    "limit": 50,
                }
            ]
        }
    )

    reconciliation_id: Id
    as_of: Time | None
    sign_mode: Literal["same", "opposite", "absolute"]
    proven: bool = Field(description="every currency of the equation is")
    currencies: list[CurrencyProof]
    days: list[BalanceDay] = Field(description="statements by account, currency and day")
    next_cursor: str | None = Field(description="for further days; null on the last page")
    limit: int


def balance_proof_of(
    told: Mapping[str, Any], days: Mapping[str, Any], stream_keys: Mapping[int, str]
) -> BalanceProof:
    """Render the matcher's equation and ingest's days."""
    return BalanceProof.model_validate(
        {name: told[name] for name in ("reconciliation_id", "as_of", "sign_mode", "proven")}
        | {
            "currencies": [_currency_of(one) for one in told["currencies"]],
            "days": [day_of(one, stream_keys) for one in days["data"]],
            "next_cursor": days["next_cursor"],
            "limit": days["limit"],
        }
    )


def _currency_of(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "currency": told["currency"],
        "decimal_places": told["exponent"],
        "proven": told["proven"],
        "side_difference": int(told["side_difference"]),
        "difference": int(told["difference"]),
        "terms": [
            {
                "term": one["name"],
                "sum": int(one["sum"]),
                "record_count": one["count"],
                "opening_balance": int(one["opening"]),
                "pending_count": one["pending"],
                "informational_count": one["informational"],
                "record_ids": one.get("record_ids"),
                "match_ids": one.get("match_ids"),
                "next_cursor": one["next_cursor"],
            }
            for one in told["terms"]
        ],
    }
