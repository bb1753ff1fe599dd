"""The store of users, people and services alike, and of the names of organisations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias, cast

import asyncpg

from tieout_gateway.domain.claims import RESERVED_SUBJECTS, Person
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

Kind = Literal["person", "service"]
Row: TypeAlias = dict[str, Any]
_SQL = load_queries("tieout_gateway", "users.sql")
_TAKEN = {"account_subject": "subject", "account_email": "email"}


class TakenError(ValueError):
    """Another user of the organisation has this `member`; the caller has to name another."""

    def __init__(self, member: str) -> None:
        super().__init__(f"another user of the organisation has this {member}")
        self.member = member


@dataclass(frozen=True, kw_only=True)
class NewUser:
    """A user to add; a service has no subject, a person always has one."""

    organization_id: int
    kind: Kind
    subject: str | None
    email: str | None
    name: str


async def list_users(
    connection: Connection,
    *,
    before: int | None,
    email: str | None,
    subject: str | None,
    kind: Kind | None,
    at_most: int,
) -> list[Row]:
    """List users of the connection's organisation, newest first; `before` is a user's id."""
    rows = await connection.fetch(_SQL["list_users"], before, email, subject, kind, at_most)
    return [_told(row) for row in rows]


async def show_user(connection: Connection, account_id: int) -> Row | None:
    """Show one user of the connection's organisation; None when it has no such user."""
    row = await connection.fetchrow(_SQL["show_user"], account_id)
    return None if row is None else _told(row)


async def subjects(
    connection: Connection, *, organization_id: int, account_ids: Sequence[int]
) -> dict[int, str]:
    """Name the subject of each of these users that the organisation has."""
    rows = await connection.fetch(_SQL["subjects"], organization_id, list(account_ids))
    return {row["account_id"]: row["subject"] for row in rows}


async def add_user(connection: Connection, new: NewUser, *, at: datetime) -> int:
    """Add a user; raises TakenError, after which the transaction can only end."""
    values = (new.organization_id, new.kind, new.subject, new.email, new.name, at)
    try:
        return cast("int", await connection.fetchval(_SQL["add_user"], *values))
    except asyncpg.UniqueViolationError as error:
        raise TakenError(_TAKEN[error.constraint_name]) from error


async def change_user(
    connection: Connection,
    account_id: int,
    *,
    name: str | None,
    email: str | None,
    changes_email: bool,
) -> None:
    """Change a user if there is one; `name` None means it stays. Raises TakenError."""
    values = (account_id, name, changes_email, email)
    try:
        await connection.execute(_SQL["change_user"], *values)
    except asyncpg.UniqueViolationError as error:
        raise TakenError(_TAKEN[error.constraint_name]) from error


async def list_organizations(connection: Connection) -> list[Row]:
    rows = await connection.fetch(_SQL["list_organizations"])
    return [_organization(row) for row in rows]


async def rename_organization(
    connection: Connection, organization_id: int, *, name: str
) -> Row | None:
    """Rename an organisation that the connection sees; None when it sees none such."""
    row = await connection.fetchrow(_SQL["rename_organization"], organization_id, name)
    return None if row is None else _organization(row)


async def organizations_of(connection: Connection, subject: str) -> list[int]:
    """List where a person is a user; needs the worker role, as no organisation is known yet."""
    rows = await connection.fetch(_SQL["organizations_of"], subject)
    return [row["organization_id"] for row in rows]


async def meet(
    connection: Connection, organization_id: int, person: Person, *, at: datetime
) -> int:
    """Find the person's user or make it, with what their token says of them; returns its id."""
    row = await connection.fetchrow(_SQL["find_person"], organization_id, person.subject)
    if row is not None and (
        person.email in {None, row["email"]} and person.name in {None, row["name"]}
    ):
        return cast("int", row["account_id"])
    values = (organization_id, person.subject, person.email, person.name, at)
    return cast("int", await connection.fetchval(_SQL["meet_person"], *values))


def _told(row: Mapping[str, Any]) -> Row:
    """Name a user's members as callers know them; a service's subject is made of its id."""
    told = dict(row)
    number = told.pop("account_id")
    subject = told.pop("subject") or f"{RESERVED_SUBJECTS}{number}"
    return {"id": number, "subject": subject, **told}


def _organization(row: Mapping[str, Any]) -> Row:
    told = dict(row)
    return {"id": told.pop("organization_id"), **told}
