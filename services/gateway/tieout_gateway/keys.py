"""The store of organisations, accounts and API keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, cast

from tieout_gateway.domain.credential import Credential
from tieout_gateway.domain.scopes import Scope
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

Row: TypeAlias = dict[str, Any]
_SQL = load_queries("tieout_gateway")


@dataclass(frozen=True, kw_only=True)
class StoredKey:
    """A key as it is kept."""

    organization_id: int
    account_id: int
    api_key_id: int
    secret_hmac: bytes
    scopes: frozenset[Scope]
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def is_usable(self, *, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """A key to add; `scopes` is not empty, `expires_at` None means never."""

    organization_id: int
    account_id: int
    name: str
    scopes: tuple[Scope, ...]
    expires_at: datetime | None


async def add_organization(connection: Connection, *, name: str, at: datetime) -> int:
    """Add an organisation and return its id; needs the worker role, which sees all of them."""
    return cast("int", await connection.fetchval(_SQL["add_organization"], name, at))


async def add_account(
    connection: Connection, *, organization_id: int, name: str, at: datetime
) -> int:
    """Add a service account and return its id."""
    return cast("int", await connection.fetchval(_SQL["add_account"], organization_id, name, at))


async def first_account(connection: Connection, *, organization_id: int) -> int | None:
    """Find the account an organisation was made with; None when there is no such organisation."""
    return cast("int | None", await connection.fetchval(_SQL["first_account"], organization_id))


async def has_account(connection: Connection, *, organization_id: int, account_id: int) -> bool:
    """Tell whether the organisation has this service account."""
    return bool(await connection.fetchval(_SQL["has_account"], organization_id, account_id))


async def add_key(
    connection: Connection, key: NewKey, *, credential: Credential, pepper: str, at: datetime
) -> int | None:
    """Add a key; None when the prefix of its credential is taken, which asks for another one."""
    added = await connection.fetchval(
        _SQL["add_key"],
        key.organization_id,
        key.account_id,
        credential.prefix,
        credential.hmac(pepper=pepper),
        key.name,
        list(key.scopes),
        at,
        key.expires_at,
    )
    return cast("int | None", added)


async def list_keys(
    connection: Connection, *, before: int | None, account_id: int | None, at_most: int
) -> list[Row]:
    """List keys of the connection's organisation, newest first; `before` is a key's id."""
    rows = await connection.fetch(_SQL["list_keys"], before, account_id, at_most)
    return [_told(row) for row in rows]


async def show_key(connection: Connection, api_key_id: int) -> Row | None:
    """Show one key of the connection's organisation; None when it has no such key."""
    row = await connection.fetchrow(_SQL["show_key"], api_key_id)
    return None if row is None else _told(row)


async def end_key(connection: Connection, api_key_id: int, *, at: datetime) -> None:
    """End a key of the connection's organisation; the time of its first revocation stays."""
    await connection.execute(_SQL["end_key"], api_key_id, at)


def _told(row: Mapping[str, Any]) -> Row:
    """Name a key's members as callers know them."""
    told = dict(row)
    return {"id": told.pop("api_key_id"), "user_id": told.pop("account_id"), **told}


async def find_key(connection: Connection, prefix: str) -> StoredKey | None:
    """Find a key by its prefix; needs the worker role, as no organisation is known yet."""
    row = await connection.fetchrow(_SQL["find_key"], prefix)
    return None if row is None else StoredKey(**{**row, "scopes": frozenset(row["scopes"])})


async def revoke_key(connection: Connection, *, prefix: str, at: datetime) -> datetime | None:
    """End a key; returns since when it is revoked, None when there is no such key."""
    row = await connection.fetchrow(_SQL["revoke_key"], prefix, at)
    return None if row is None else cast("datetime", row["revoked_at"])


async def note_use(
    connection: Connection, *, api_key_id: int, at: datetime, unless_since: datetime
) -> None:
    """Remember the use of a key, at most once in the time the caller chooses."""
    await connection.execute(_SQL["note_use"], api_key_id, at, unless_since)


async def can_be_read(connection: Connection) -> None:
    """Ask the table of keys for anything; raises when it cannot be read."""
    await connection.fetchval(_SQL["any_key"])
