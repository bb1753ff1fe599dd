"""Webhook endpoints: where an organisation wants to be told, and of what."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, StrictInt, WithJsonSchema

from tieout_gateway.domain.public_events import PUBLIC_TYPES
from tieout_gateway.domain.webhooks.addresses import MAX_URL
from tieout_gateway.shapes.paging import CursorQuery
from tieout_gateway.shapes.shape import Body, Id, Shape, Time, absent, kept

WEEK_SECONDS = 604_800
_EXAMPLE: dict[str, Any] = {
    "id": 4,
    "url": "https://hooks.acme.example/tieout",
    "description": "the ledger's inbox",
    "event_types": ["record.reconciled", "record.reconciliation_overdue"],
    "status": "enabled",
    "created_at": "2026-01-05T09:00:00Z",
}


def _known_type(name: str) -> str:
    if name not in PUBLIC_TYPES:
        known = ", ".join(PUBLIC_TYPES)
        raise ValueError(f"{name[:60]!r} is no event type; there are {known}")
    return name


EventType = Annotated[
    str,
    AfterValidator(_known_type),
    WithJsonSchema({"type": "string", "enum": list(PUBLIC_TYPES)}),
]
EventTypes = Annotated[
    list[EventType],
    Field(min_length=1, max_length=64),
    AfterValidator(lambda names: sorted(set(names))),
]
Url = Annotated[
    str,
    Field(min_length=1, max_length=MAX_URL),
    WithJsonSchema(
        {"type": "string", "format": "uri", "pattern": "^https?://", "maxLength": MAX_URL}
    ),
]
Description = Annotated[str, Field(max_length=255)]
Status = Literal["enabled", "disabled"]


class NewWebhookEndpoint(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{name: _EXAMPLE[name] for name in ("url", "description", "event_types")}]
        }
    )

    url: Url = Field(description="https, on the public network; redirects are not followed")
    description: Description | None = None
    event_types: EventTypes | None = Field(
        default=None, description="all there are and will be, when left out"
    )


class WebhookEndpointChange(Body):
    """What is left out stays. Any change takes the endpoint to be well again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "enabled"}]})

    url: Url = kept(placeholder="")
    description: Description | None = None
    event_types: EventTypes | None = Field(default=None, description="null: all of them")
    status: Status = kept(placeholder="enabled")


class Rotation(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"overlap_seconds": 86_400}]})

    overlap_seconds: Annotated[StrictInt, Field(ge=0, le=WEEK_SECONDS)] = Field(
        default=86_400, description="how long the secret before it signs as well"
    )


class WebhookEndpoint(Shape):
    """An endpoint without its secret, which is kept sealed and shown when it is made."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: Id
    url: str
    description: str | None
    event_types: list[str] | None = Field(description="null: all there are and will be")
    status: Status
    disabled_reason: str | None = absent("why we disabled it, if we did")
    failing_since: Time | None = absent("since when no attempt has succeeded, if none has")
    earlier_secret_until: Time | None = absent("until when the secret before it signs as well")
    created_at: Time


class WebhookEndpointWithSecret(WebhookEndpoint):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {**_EXAMPLE, "secret": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}
            ]
        }
    )

    secret: str = Field(description="signs what is sent: shown in this answer and never again")


class WebhookEndpointsQuery(CursorQuery):
    pass


def webhook_endpoint_of(told: Mapping[str, Any]) -> WebhookEndpoint:
    return WebhookEndpoint.model_validate(_members(told))


def webhook_endpoint_with_secret_of(
    told: Mapping[str, Any], *, secret: str
) -> WebhookEndpointWithSecret:
    return WebhookEndpointWithSecret.model_validate({**_members(told), "secret": secret})


def _members(told: Mapping[str, Any]) -> dict[str, Any]:
    named = {**told, "earlier_secret_until": told["earlier_until"]}
    names: Sequence[str] = list(WebhookEndpoint.model_fields)
    return {name: named[name] for name in names}
