import json
from typing import Annotated

from fastapi import Query, Response

from tieout_gateway import users
from tieout_gateway.register import Effect, Told
from tieout_gateway.routes.answers import OURS, FromRegister, guarded_router, show_write
from tieout_gateway.routes.own_lists import cursor_onward, last_seen
from tieout_gateway.shapes.paging import CursorPage
from tieout_gateway.shapes.shape import PathId
from tieout_gateway.shapes.users import NewUser, User, UserChange, UsersQuery, user_of
from tieout_gateway.users import TakenError
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, not_found

router = guarded_router(OURS, "users")


@router.get("/v1/users")
async def list_users(
    query: Annotated[UsersQuery, Query()], register: FromRegister
) -> CursorPage[User]:
    """List the organisation's users, newest first: people, and the services that keys act as."""
    async with register.reading() as connection:
        rows = await users.list_users(
            connection,
            before=last_seen(query.cursor),
            email=query.email,
            subject=query.subject,
            kind=query.kind,
            at_most=query.limit + 1,
        )
    return CursorPage(
        data=[user_of(row) for row in rows[: query.limit]],
        next_cursor=cursor_onward(rows, limit=query.limit),
        limit=query.limit,
    )


@router.post("/v1/users", status_code=201)
async def create_user(new: NewUser, register: FromRegister, response: Response) -> User:
    """Make a person known before their first token comes, or a service to make keys for.

    A subject or address that another user of the organisation has is 409.
    """

    async def add(connection: Connection) -> Effect:
        user = users.NewUser(organization_id=register.principal.organization_id, **new.model_dump())
        try:
            added = await users.add_user(connection, user, at=register.at)
        except TakenError as error:
            raise _taken(error) from error
        return Effect(after=await _shown(connection, added))

    answer = await register.write(new.model_dump(mode="json"), add, status=201)
    show_write(answer, response)
    return user_of(json.loads(answer.body))


@router.get("/v1/users/{id}")
async def get_user(id: PathId, register: FromRegister) -> User:  # noqa: A002  # the path's own name
    """Show one user."""
    async with register.reading() as connection:
        return user_of(await _shown(connection, id))


@router.patch("/v1/users/{id}")
async def update_user(
    id: PathId,  # noqa: A002  # the path's own name
    change: UserChange,
    register: FromRegister,
    response: Response,
) -> User:
    """Change a user's name or address; a person's next token may say otherwise again."""

    async def apply(connection: Connection) -> Effect:
        before = await _shown(connection, id)
        try:
            await users.change_user(
                connection,
                id,
                name=change.name,
                email=change.email,
                changes_email="email" in change.model_fields_set,
            )
        except TakenError as error:
            raise _taken(error) from error
        return Effect(before=before, after=await _shown(connection, id))

    body = change.model_dump(mode="json", exclude_unset=True)
    answer = await register.write(body, apply, status=200)
    show_write(answer, response)
    return user_of(json.loads(answer.body))


async def _shown(connection: Connection, account_id: int) -> Told:
    row = await users.show_user(connection, account_id)
    if row is None:
        raise not_found("user")
    return row


def _taken(error: TakenError) -> Problem:
    errors = [{"path": f"$.{error.member}", "message": str(error)}]
    return Problem(409, "user_exists", str(error), errors=errors)
