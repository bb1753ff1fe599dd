"""Users and their organisation."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from tieout_gateway.domain.claims import RESERVED_SUBJECTS
from tieout_gateway.shapes.paging import CursorQuery
from tieout_gateway.shapes.shape import Body, Id, Name, Shape, Time

Kind = Literal["person", "service"]
Email = Annotated[
    str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", min_length=3, max_length=254)
]
Subject = Annotated[
    str,
    StringConstraints(pattern=r"^[ -~]+$", min_length=1, max_length=255),
    Field(description="as the issuer of tokens names the person"),
]


class NewUser(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"subject": "auth0|5f7c8ec7", "email": "ada@example.com", "name": "Ada Lovelace"}
            ]
        }
    )

    kind: Kind = "person"
    subject: Subject | None = Field(
        default=None, description="`sub` of a person's tokens; a service has none"
    )
    email: Email | None = None
    name: Name

    @model_validator(mode="after")
    def _subject_of_people(self) -> "NewUser":
        if (self.kind == "person") != (self.subject is not None):
            raise ValueError("a person has a subject, a service has none")
        if self.subject is not None and self.subject.startswith(RESERVED_SUBJECTS):
            raise ValueError(f"no person's subject begins with {RESERVED_SUBJECTS!r}")
        return self


class UserChange(Body):
    """What is left out stays; `email` null removes it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "ada@example.org"}]})

    email: Email | None = None
    name: Name | None = None


class UsersQuery(CursorQuery):
    email: Email | None = None
    subject: Subject | None = None
    kind: Kind | None = None


class User(Shape):
    """Who acts: a person with tokens of the issuer, or a service with API keys."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 3,
                    "organization_id": 1,
                    "kind": "person",
                    "subject": "auth0|5f7c8ec7",
                    "email": "ada@example.com",
                    "name": "Ada Lovelace",
                    "created_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    id: Id
    organization_id: Id
    kind: Kind
    subject: str = Field(description="of a service: `account:<id>`")
    email: str | None
    name: str
    created_at: Time


class OrganizationChange(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Acme Ltd"}]})

    name: Name


class Organization(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"id": 1, "name": "Acme Ltd", "created_at": "2026-01-05T09:00:00Z"}]
        }
    )

    id: Id
    name: str
    created_at: Time


def user_of(told: Mapping[str, Any]) -> User:
    return User.model_validate(told)


def organization_of(told: Mapping[str, Any]) -> Organization:
    return Organization.model_validate(told)
