"""API keys: what a service proves itself with, and what it may do."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field

from tieout_gateway.domain.scopes import ALL_SCOPES, Scope
from tieout_gateway.shapes.paging import CursorQuery
from tieout_gateway.shapes.shape import Body, Id, IdIn, Moment, Name, Shape, Time

_EXAMPLE: dict[str, Any] = {
    "id": 5,
    "name": "nightly import",
    "prefix": "4k2m9x0q",
    "user_id": 3,
    "scopes": ["view", "act"],
    "created_at": "2026-01-05T09:00:00Z",
    "expires_at": "2027-01-05T00:00:00Z",
    "revoked_at": None,
    "last_used_at": "2026-01-11T08:30:00Z",
}


def _in_order(scopes: list[Scope]) -> list[Scope]:
    return [scope for scope in ALL_SCOPES if scope in scopes]


Scopes = Annotated[list[Scope], Field(min_length=1, max_length=16), AfterValidator(_in_order)]


class NewApiKey(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "nightly import",
                    "scopes": ["view", "act"],
                    "expires_at": "2027-01-05T00:00:00Z",
                    "user_id": 3,
                }
            ]
        }
    )

    name: Name = Field(description="what the key is for")
    scopes: Scopes = Field(description="what it may do; none that the caller itself lacks")
    expires_at: Moment | None = Field(default=None, description="never, when left out")
    user_id: IdIn | None = Field(
        default=None,
        description="the service user it acts as; left out: the organisation's first",
    )


class ApiKeysQuery(CursorQuery):
    user_id: IdIn | None = None


class ApiKey(Shape):
    """A key without its secret, of which only an HMAC is kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: Id
    name: str
    prefix: str = Field(description="the eight public characters between `tie_` and the secret")
    user_id: Id = Field(description="the service user it acts as")
    scopes: list[Scope]
    created_at: Time
    expires_at: Time | None
    revoked_at: Time | None
    last_used_at: Time | None = Field(description="to a minute")


class CreatedApiKey(ApiKey):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_EXAMPLE,
                    "last_used_at": None,
                    "key": "tie_4k2m9x0q_0Pq7HUd1sWzYb3kTnVxR5cLmJ8aEfG2hiK4oN6pQr9S",
                }
            ]
        }
    )

    key: str = Field(description="the whole key: shown in this answer and never again")


def api_key_of(told: Mapping[str, Any]) -> ApiKey:
    return ApiKey.model_validate({name: told[name] for name in ApiKey.model_fields})


def created_api_key_of(told: Mapping[str, Any], *, key: str) -> CreatedApiKey:
    members = {name: told[name] for name in ApiKey.model_fields}
    return CreatedApiKey.model_validate({**members, "key": key})
