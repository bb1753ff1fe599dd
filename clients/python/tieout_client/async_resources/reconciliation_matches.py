"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

from tieout_client.async_sender import AsyncSender
from tieout_client.models.reconciliation_matches import Match, MatchCountedPage
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_offset
from tieout_client.request import Request, segment


class AsyncReconciliationMatchesResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        reconciliation_id: int | str | None = None,
        status: Literal["suggested", "accepted", "rejected", "revoked"] | None = None,
        request_id: str | None = None,
    ) -> MatchCountedPage:
        """List matches; their records are listed by GET /v1/records?reconciliation_match_id=."""
        return await self._sender.one(
            MatchCountedPage,
            Request(
                method="GET",
                path="/v1/reconciliation_matches",
                query={
                    "limit": limit,
                    "offset": offset,
                    "reconciliation_id": reconciliation_id,
                    "status": status,
                },
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        reconciliation_id: int | str | None = None,
        status: Literal["suggested", "accepted", "rejected", "revoked"] | None = None,
        request_id: str | None = None,
    ) -> AsyncIterator[Match]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=MatchCountedPage, items=lambda page: page.data, onward=by_offset),
            Request(
                method="GET",
                path="/v1/reconciliation_matches",
                query={"limit": limit, "reconciliation_id": reconciliation_id, "status": status},
                request_id=request_id,
            ),
        )

    async def create(
        self,
        *,
        reconciliation_id: int | str,
        record_ids: Sequence[int | str],
        create_adjustment: bool | Omit = OMIT,
        adjustment_reason: str | Omit | None = OMIT,
        carry: bool | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Match:
        """Match chosen records by hand; what does not tie is 422, with the difference.

        - `create_adjustment`: accept a difference; needs `adjustment_reason`
        - `carry`: take as much as both sides have, oldest first; the rest of one stays open
        """
        return await self._sender.one(
            Match,
            Request(
                method="POST",
                path="/v1/reconciliation_matches",
                body={
                    "reconciliation_id": reconciliation_id,
                    "record_ids": record_ids,
                    "create_adjustment": create_adjustment,
                    "adjustment_reason": adjustment_reason,
                    "carry": carry,
                },
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
    ) -> Match:
        """Show one match."""
        return await self._sender.one(
            Match,
            Request(
                method="GET",
                path=f"/v1/reconciliation_matches/{segment(id)}",
                request_id=request_id,
            ),
        )

    async def delete(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """Revoke a match: its records are open again, and no rule makes the same match again."""
        await self._sender.nothing(
            Request(
                method="DELETE",
                path=f"/v1/reconciliation_matches/{segment(id)}",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            )
        )

    async def accept(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Match:
        """Accept a suggestion; accepted already, nothing changes."""
        return await self._sender.one(
            Match,
            Request(
                method="POST",
                path=f"/v1/reconciliation_matches/{segment(id)}/accept",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def reject(
        self,
        id: int,
        *,
        reason: str | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Match:
        """Reject a suggestion, or revoke a match: no rule makes the same again."""
        return await self._sender.one(
            Match,
            Request(
                method="POST",
                path=f"/v1/reconciliation_matches/{segment(id)}/reject",
                body={"reason": reason},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def clear_block(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """Let rules make a match again that was rejected or revoked."""
        await self._sender.nothing(
            Request(
                method="DELETE",
                path=f"/v1/reconciliation_matches/{segment(id)}/block",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            )
        )
