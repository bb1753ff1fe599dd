"""What all shapes of Corebanq's dialect are built from: identifiers, money, pages."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from tieout_contracts.ids import IdError, Kind, number_of, uuid_of
from tieout_contracts.money import MAX_DIGITS, MAX_EXPONENT
from tieout_gateway.shapes.shape import Body, Shape
from tieout_runtime.problems import not_found

Item = TypeVar("Item")
Order = Literal["asc", "desc"]
Direction = Literal["credit", "debit"]


def in_path(kind: Kind, what: str) -> BeforeValidator:
    """Read an identifier in a path: what names nothing of this kind is 404."""

    def read(value: object) -> int:
        try:
            return number_of(kind, str(value))
        except IdError as error:
            raise not_found(what) from error

    return BeforeValidator(read)


def in_body(kind: Kind) -> BeforeValidator:
    """Read an identifier in a body or query: a UUID of this kind."""
    return BeforeValidator(lambda value: number_of(kind, value if isinstance(value, str) else ""))


UuidSchema = WithJsonSchema({"type": "string", "format": "uuid"})
PathLedgerId = Annotated[int, in_path(Kind.RECONCILIATION, "ledger"), UuidSchema]
PathRunId = Annotated[int, in_path(Kind.LEDGER_RUN, "run"), UuidSchema]
PathFileId = Annotated[int, in_path(Kind.IMPORT_BATCH, "source file"), UuidSchema]
PathMatchId = Annotated[int, in_path(Kind.MATCH, "match"), UuidSchema]
PathItemId = Annotated[int, in_path(Kind.RECORD, "item"), UuidSchema]
LedgerIdIn = Annotated[int, in_body(Kind.RECONCILIATION), UuidSchema]
EntryIdIn = Annotated[int, in_body(Kind.RECORD), UuidSchema]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9.]{2,11}$")]


class Amount(Body):
    """`amount` counts minor units in decimal digits; `precision` is how many places they have."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"amount": "123456", "currency": "EUR", "precision": 2}]}
    )

    amount: Annotated[str, StringConstraints(pattern=rf"^[0-9]{{1,{MAX_DIGITS}}}$")]
    currency: Currency
    precision: int = Field(ge=0, le=MAX_EXPONENT, strict=True)


class Account(Body):
    """The account of the general ledger that an entry stands in; its identifier is the caller's."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"id": "1200", "name": "Bank, current account", "currency": "EUR"}]
        }
    )

    id: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    name: Annotated[str, StringConstraints(max_length=255)] | None = None
    currency: Currency | None = None


class OrderedQuery(Body):
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    order: Order = "asc"


class OrderedPage(Shape, Generic[Item]):
    data: list[Item]
    total: int = Field(description="over all pages, with the filters")
    total_unfiltered: int = Field(description="over all pages, without the filters")
    has_more: bool


def page_of(told: Mapping[str, Any], shown: Callable[[Mapping[str, Any]], Item]) -> Any:
    """Show a page as its owner told it, each item by `shown`."""
    return {
        "data": [shown(one) for one in told["data"]],
        "total": told["total"],
        "total_unfiltered": told["total_unfiltered"],
        "has_more": told["has_more"],
    }


def amount_of(fields: Mapping[str, Any], minor: str | int | None = None) -> Amount:
    """Show an unsigned amount of a record: its whole, or `minor` of it."""
    return Amount(
        amount=str(fields["amount_minor"] if minor is None else minor),
        currency=fields["currency"],
        precision=fields["exponent"],
    )


def uuid_or_none(kind: Kind, number: int | None) -> UUID | None:
    return None if number is None else uuid_of(kind, number)
