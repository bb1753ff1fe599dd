"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import AsyncIterator
from typing import Literal

from tieout_client.async_sender import AsyncSender
from tieout_client.models.users import User, UserCursorPage
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_cursor
from tieout_client.request import Request, segment


class AsyncUsersResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        email: str | None = None,
        subject: str | None = None,
        kind: Literal["person", "service"] | None = None,
        request_id: str | None = None,
    ) -> UserCursorPage:
        """List the organisation's users, newest first: people, and the services that keys act
        as.

        - `cursor`: `next_cursor` of the page before; left out for the first page
        - `subject`: as the issuer of tokens names the person
        """
        return await self._sender.one(
            UserCursorPage,
            Request(
                method="GET",
                path="/v1/users",
                query={
                    "cursor": cursor,
                    "limit": limit,
                    "email": email,
                    "subject": subject,
                    "kind": kind,
                },
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        email: str | None = None,
        subject: str | None = None,
        kind: Literal["person", "service"] | None = None,
        request_id: str | None = None,
    ) -> AsyncIterator[User]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page.

        - `subject`: as the issuer of tokens names the person
        """
        return self._sender.each(
            Paging(page=UserCursorPage, items=lambda page: page.data, onward=by_cursor),
            Request(
                method="GET",
                path="/v1/users",
                query={"limit": limit, "email": email, "subject": subject, "kind": kind},
                request_id=request_id,
            ),
        )

    async def create(
        self,
        *,
        name: str,
        kind: Literal["person", "service"] | Omit = OMIT,
        subject: str | Omit | None = OMIT,
        email: str | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> User:
        """Make a person known before their first token comes, or a service to make keys for.

        A subject or address that another user of the organisation has is 409.

        - `subject`: `sub` of a person's tokens; a service has none
        """
        return await self._sender.one(
            User,
            Request(
                method="POST",
                path="/v1/users",
                body={"name": name, "kind": kind, "subject": subject, "email": email},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def get(
        self,
        id: int,
        *,
        request_id: str | None = None,
    ) -> User:
        """Show one user."""
        return await self._sender.one(
            User, Request(method="GET", path=f"/v1/users/{segment(id)}", request_id=request_id)
        )

    async def update(
        self,
        id: int,
        *,
        email: str | Omit | None = OMIT,
        name: str | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> User:
        """Change a user's name or address; a person's next token may say otherwise again."""
        return await self._sender.one(
            User,
            Request(
                method="PATCH",
                path=f"/v1/users/{segment(id)}",
                body={"email": email, "name": name},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
