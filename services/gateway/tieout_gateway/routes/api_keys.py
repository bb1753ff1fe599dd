import json
from typing import Annotated

from fastapi import Query, Response

from tieout_gateway import keys
from tieout_gateway.domain.credential import derived_credential, new_seed
from tieout_gateway.keys import NewKey
from tieout_gateway.register import Effect, Register, Told
from tieout_gateway.routes.answers import OURS, FromRegister, guarded_router, show_write
from tieout_gateway.routes.own_lists import cursor_onward, last_seen
from tieout_gateway.shapes.api_keys import (
    ApiKey,
    ApiKeysQuery,
    CreatedApiKey,
    NewApiKey,
    api_key_of,
    created_api_key_of,
)
from tieout_gateway.shapes.paging import CursorPage
from tieout_gateway.shapes.shape import PathId
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, invalid, not_found

router = guarded_router(OURS, "API keys")


@router.get("/v1/api_keys")
async def list_api_keys(
    query: Annotated[ApiKeysQuery, Query()], register: FromRegister
) -> CursorPage[ApiKey]:
    """List the organisation's keys, newest first; revoked and expired ones too."""
    async with register.reading() as connection:
        rows = await keys.list_keys(
            connection,
            before=last_seen(query.cursor),
            account_id=query.user_id,
            at_most=query.limit + 1,
        )
    return CursorPage(
        data=[api_key_of(row) for row in rows[: query.limit]],
        next_cursor=cursor_onward(rows, limit=query.limit),
        limit=query.limit,
    )


@router.post("/v1/api_keys", status_code=201)
async def create_api_key(
    new: NewApiKey, register: FromRegister, response: Response
) -> CreatedApiKey:
    """Make a key; the whole of it is in this answer and never again.

    It acts as a service user, so that what was done by an earlier key of that user, and what its
    idempotency keys stand for, stays with it. A caller can give no scope that it lacks: 403.
    """
    lacking = [scope for scope in new.scopes if scope not in register.principal.scopes]
    if lacking:
        raise Problem(403, "forbidden", f"the caller itself lacks {', '.join(lacking)}")
    answer = await register.write(
        new.model_dump(mode="json"),
        lambda connection: _add(connection, register, new),
        status=201,
    )
    show_write(answer, response)
    told = json.loads(answer.body)
    seed = bytes.fromhex(told["seed"])
    return created_api_key_of(told, key=derived_credential(seed, pepper=register.pepper).text)


async def _add(connection: Connection, register: Register, new: NewApiKey) -> Effect:
    """Add the key; what is kept for a repeated request is its seed, never the key."""
    if new.expires_at is not None and new.expires_at <= register.at:
        raise invalid("$.expires_at", "is in the past; name a later time or leave it out")
    key = NewKey(
        organization_id=register.principal.organization_id,
        account_id=await _service_user(connection, register, new.user_id),
        name=new.name,
        scopes=tuple(new.scopes),
        expires_at=new.expires_at,
    )
    while True:
        seed = new_seed()
        added = await keys.add_key(
            connection,
            key,
            credential=derived_credential(seed, pepper=register.pepper),
            pepper=register.pepper,
            at=register.at,
        )
        if added is not None:
            return Effect(after=await _shown(connection, added), kept={"seed": seed.hex()})


async def _service_user(connection: Connection, register: Register, user_id: int | None) -> int:
    organization_id = register.principal.organization_id
    if user_id is None:
        found = await keys.first_account(connection, organization_id=organization_id)
        if found is None:
            raise invalid("$.user_id", "the organisation has no service user; make one first")
        return found
    if not await keys.has_account(connection, organization_id=organization_id, account_id=user_id):
        raise invalid("$.user_id", "there is no such service user")
    return user_id


@router.get("/v1/api_keys/{id}")
async def get_api_key(id: PathId, register: FromRegister) -> ApiKey:  # noqa: A002  # the path's own name
    """Show one key, without its secret."""
    async with register.reading() as connection:
        return api_key_of(await _shown(connection, id))


@router.delete("/v1/api_keys/{id}", status_code=204)
async def revoke_api_key(id: PathId, register: FromRegister, response: Response) -> None:  # noqa: A002  # the path's own name
    """End a key, for good; it is refused within seconds, and stays in the list as revoked."""

    async def end(connection: Connection) -> Effect:
        before = await _shown(connection, id)
        await keys.end_key(connection, id, at=register.at)
        return Effect(before=before, after=await _shown(connection, id))

    show_write(await register.write(None, end, status=204), response)


async def _shown(connection: Connection, api_key_id: int) -> Told:
    row = await keys.show_key(connection, api_key_id)
    if row is None:
        raise not_found("API key")
    return row
