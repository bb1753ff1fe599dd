"""How people resolve Lerian's exceptions other than by force, and agree to each other's."""

from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from tieout_gateway.shapes.decimals import LimitDecimal, SignedDecimal
from tieout_gateway.shapes.lerian_exceptions import MAX_COUNTERPARTS, TransactionIdIn, not_blank
from tieout_gateway.shapes.shape import Body, Moment, Shape

Currency = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.]{2,11}$"),
    AfterValidator(str.upper),
]


class AdjustEntry(Body):
    """Lengths count characters as sent, before trimming."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        json_schema_extra={
            "examples": [
                {
                    "amount": "-2.50",
                    "currency": "EUR",
                    "reasonCode": "FEE_ADJUSTMENT",
                    "notes": "The bank kept its fee back",
                    "effectiveAt": "2026-01-09T00:00:00.000Z",
                }
            ]
        },
    )

    amount: SignedDecimal = Field(
        description="in major units, to be added to the transaction's own signed amount (a credit "
        "is positive): afterwards it has to tie; 422 `amounts_differ` names the amount that does"
    )
    currency: Currency
    reason_code: Annotated[str, AfterValidator(not_blank)] = Field(min_length=1, max_length=255)
    notes: Annotated[str, AfterValidator(not_blank)] = Field(min_length=1, max_length=1000)
    effective_at: Moment | None = Field(
        default=None, description="since when it counts; kept with the adjustment's reason"
    )
    counterpart_record_ids: list[TransactionIdIn] | None = Field(
        default=None,
        max_length=MAX_COUNTERPARTS,
        description="transactions of the other side to tie with; left out: the one that this one "
        "was found to differ from; none of either: the whole amount is adjusted",
    )


class Review(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"notes": "seen the bank's letter"}]})

    notes: Annotated[str, AfterValidator(not_blank)] | None = Field(default=None, max_length=1000)


_LIMITS: dict[str, Any] = {"limits": [{"currency": "EUR", "amount": "10000.00"}]}


class NewLimit(Body):
    currency: Currency
    amount: LimitDecimal = Field(
        description="in major units: what one actor may resolve alone; a larger exception waits "
        "for another's approval"
    )


class NewLimits(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [_LIMITS]})

    limits: Annotated[list[NewLimit], Field(max_length=200)]


class Limit(Shape):
    currency: str
    amount: str


class Limits(Shape):
    """A currency without a limit has none."""

    model_config = ConfigDict(json_schema_extra={"examples": [_LIMITS]})

    limits: list[Limit]
