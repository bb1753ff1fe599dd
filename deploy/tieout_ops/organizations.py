"""Organisations and API keys, made and ended where no key exists yet to ask the API with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg

from tieout_gateway import keys
from tieout_gateway.domain.credential import Credential, new_credential
from tieout_gateway.domain.scopes import ALL_SCOPES
from tieout_gateway.keys import NewKey
from tieout_ops.settings import DatabaseSettings, KeySettings
from tieout_runtime.postgres import Connection, role_name, url_for


class UnknownObjectError(LookupError):
    """The command names an organisation, account or key that does not exist."""


async def create_organization(
    settings: KeySettings, *, name: str, at: datetime
) -> tuple[int, Credential]:
    """Make an organisation with a service account and a first key that may do everything."""
    async with _gateway_transaction(settings) as connection:
        organization_id = await keys.add_organization(connection, name=name, at=at)
        account_id = await keys.add_account(
            connection, organization_id=organization_id, name="service", at=at
        )
        first = NewKey(
            organization_id=organization_id,
            account_id=account_id,
            name="first key",
            scopes=ALL_SCOPES,
            expires_at=None,
        )
        return organization_id, await _add_key(connection, first, settings=settings, at=at)


async def service_account(
    settings: KeySettings, *, organization_id: int, account_id: int | None
) -> int:
    """Check the named account, or find the organisation's first; raises UnknownObjectError."""
    async with _gateway_transaction(settings) as connection:
        if account_id is None:
            found = await keys.first_account(connection, organization_id=organization_id)
            if found is None:
                raise UnknownObjectError(f"there is no organisation {organization_id}")
            return found
        if not await keys.has_account(
            connection, organization_id=organization_id, account_id=account_id
        ):
            raise UnknownObjectError(f"organisation {organization_id} has no account {account_id}")
        return account_id


async def create_key(settings: KeySettings, key: NewKey, *, at: datetime) -> Credential:
    """Add a key to an existing account."""
    async with _gateway_transaction(settings) as connection:
        return await _add_key(connection, key, settings=settings, at=at)


async def revoke_key(settings: DatabaseSettings, *, prefix: str, at: datetime) -> datetime:
    """End a key; returns since when. Raises UnknownObjectError."""
    async with _gateway_transaction(settings) as connection:
        revoked_at = await keys.revoke_key(connection, prefix=prefix, at=at)
    if revoked_at is None:
        raise UnknownObjectError(f"there is no key tie_{prefix}_…")
    return revoked_at


async def _add_key(
    connection: Connection, key: NewKey, *, settings: KeySettings, at: datetime
) -> Credential:
    pepper = settings.gateway_key_pepper.get_secret_value()
    while True:
        credential = new_credential()
        if await keys.add_key(connection, key, credential=credential, pepper=pepper, at=at):
            return credential


@asynccontextmanager
async def _gateway_transaction(settings: DatabaseSettings) -> AsyncIterator[Connection]:
    """One transaction as the gateway's worker: the least role that sees all organisations."""
    url = url_for(
        settings.postgres_url.get_secret_value(),
        user=role_name("gateway", "worker"),
        password=settings.postgres_role_password.get_secret_value(),
    )
    connection = await asyncpg.connect(url, server_settings={"search_path": "gateway"})
    try:
        async with connection.transaction():
            yield connection
    finally:
        await connection.close()
