"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Literal

from tieout_client.models.api_keys import ApiKey, ApiKeyCursorPage, CreatedApiKey
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_cursor
from tieout_client.request import Request, segment
from tieout_client.sender import Sender


class ApiKeysResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        user_id: int | str | None = None,
        request_id: str | None = None,
    ) -> ApiKeyCursorPage:
        """List the organisation's keys, newest first; revoked and expired ones too.

        - `cursor`: `next_cursor` of the page before; left out for the first page
        """
        return self._sender.one(
            ApiKeyCursorPage,
            Request(
                method="GET",
                path="/v1/api_keys",
                query={"cursor": cursor, "limit": limit, "user_id": user_id},
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        user_id: int | str | None = None,
        request_id: str | None = None,
    ) -> Iterator[ApiKey]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=ApiKeyCursorPage, items=lambda page: page.data, onward=by_cursor),
            Request(
                method="GET",
                path="/v1/api_keys",
                query={"limit": limit, "user_id": user_id},
                request_id=request_id,
            ),
        )

    def create(
        self,
        *,
        name: str,
        scopes: Sequence[Literal["view", "act", "approve", "admin"]],
        expires_at: dt.datetime | Omit | None = OMIT,
        user_id: int | str | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> CreatedApiKey:
        """Make a key; the whole of it is in this answer and never again.

        It acts as a service user, so that what was done by an earlier key of that user, and what
        its idempotency keys stand for, stays with it. A caller can give no scope that it lacks:
        403.

        - `name`: what the key is for
        - `scopes`: what it may do; none that the caller itself lacks
        - `expires_at`: never, when left out
        - `user_id`: the service user it acts as; left out: the organisation's first
        """
        return self._sender.one(
            CreatedApiKey,
            Request(
                method="POST",
                path="/v1/api_keys",
                body={"name": name, "scopes": scopes, "expires_at": expires_at, "user_id": user_id},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def get(
        self,
        id: int,
        *,
        request_id: str | None = None,
    ) -> ApiKey:
        """Show one key, without its secret."""
        return self._sender.one(
            ApiKey, Request(method="GET", path=f"/v1/api_keys/{segment(id)}", request_id=request_id)
        )

    def revoke(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """End a key, for good; it is refused within seconds, and stays in the list as revoked."""
        self._sender.nothing(
            Request(
                method="DELETE",
                path=f"/v1/api_keys/{segment(id)}",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            )
        )
