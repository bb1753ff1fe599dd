"""ReconLayer's payment intents: what is expected to be paid. Source: seed 003 (`paymentIntent`)."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from tieout_contracts.ids import IdError, Kind, number_of, uuid_of
from tieout_gateway.shapes.intent_examples import INTENT
from tieout_gateway.shapes.paging import Cursor, Limit200
from tieout_gateway.shapes.shape import Body, Shape, Time
from tieout_gateway.shapes.stated_money import Money, MoneyIn, Reference, Word
from tieout_runtime.problems import not_found

Json = dict[str, Any]
_MEMBERS = (
    "external_reference", "payment_type", "payment_subtype", "stablecoin", "chain",
    "beneficiary_account", "beneficiary_name", "status", "created_at", "updated_at",
)  # fmt: skip


def _path_intent_id(value: object) -> int:
    try:
        return number_of(Kind.PAYMENT_INTENT, str(value))
    except IdError as error:
        raise not_found("payment intent") from error


PathIntentId = Annotated[
    int, BeforeValidator(_path_intent_id), WithJsonSchema({"type": "string", "format": "uuid"})
]


class NewPaymentIntent(Body):
    """`source` left out: what leaves is what arrives."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        json_schema_extra={
            "examples": [
                {
                    "externalReference": "INV-4711",
                    "destination": {"amount": "1250.00", "currency": "EUR"},
                    "paymentType": "bank",
                    "beneficiaryAccount": "DE02120300000000202051",
                    "beneficiaryName": "Acme GmbH",
                }
            ]
        },
    )

    external_reference: Reference = Field(description="what its evidence will name")
    destination: MoneyIn = Field(description="what is expected to arrive")
    source: MoneyIn | None = None
    payment_type: Word = Field(
        default="other", description="bank, stablecoin, cross_border; any other counts as other"
    )
    payment_subtype: Word | None = None
    stablecoin: Word | None = None
    chain: Word | None = None
    beneficiary_account: Reference | None = None
    beneficiary_name: Reference | None = None


class IntentsQuery(Body):
    model_config = ConfigDict(alias_generator=to_camel)

    external_reference: Reference | None = None
    cursor: Cursor | None = None
    limit: Limit200 = 50


class PaymentIntent(Shape):
    """What has no value is null."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, json_schema_extra={"examples": [INTENT]}
    )

    id: UUID
    organization_id: str
    external_reference: str
    source: Money
    destination: Money
    payment_type: str
    payment_subtype: str | None
    stablecoin: str | None
    chain: str | None
    beneficiary_account: str | None
    beneficiary_name: str | None
    status: Literal["pending", "completed", "cancelled"]
    created_at: Time
    updated_at: Time


class TakenPaymentIntent(PaymentIntent):
    model_config = ConfigDict(json_schema_extra={"examples": [INTENT | {"outcome": "created"}]})

    outcome: Literal["created", "reused"]


class PaymentIntentsPage(Shape):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)

    items: list[PaymentIntent]
    limit: int
    has_more: bool
    next_cursor: str | None


def intent_members(told: Mapping[str, Any], organization_id: int) -> Json:
    """Write an intent in this dialect's words."""
    members = {to_camel(name): told[name] for name in _MEMBERS}
    return {
        "id": str(uuid_of(Kind.PAYMENT_INTENT, told["id"])),
        "organizationId": str(organization_id),
        "source": told["source"],
        "destination": told["destination"],
        **members,
    }


def intents_page_of(told: Mapping[str, Any], organization_id: int) -> PaymentIntentsPage:
    following = told["next_cursor"]
    return PaymentIntentsPage(
        items=[
            PaymentIntent.model_validate(intent_members(one, organization_id))
            for one in told["data"]
        ],
        limit=told["limit"],
        has_more=following is not None,
        next_cursor=following,
    )
