"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import AsyncIterator
from typing import Literal

from tieout_client.async_sender import AsyncSender
from tieout_client.models.runs import Run, RunCursorPage
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_cursor
from tieout_client.request import Request, segment


class AsyncRunsResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def create(
        self,
        id: int,
        *,
        mode: Literal["automatic", "manual"] | Omit = OMIT,
        dry_run: bool | Omit = OMIT,
        note: str | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Run:
        """Try all that is open by all rules, now; ask again for its progress.

        - `mode`: `manual` only suggests
        - `dry_run`: tell what it would make, write nothing
        """
        return await self._sender.one(
            Run,
            Request(
                method="POST",
                path=f"/v1/reconciliations/{segment(id)}/runs",
                body={"mode": mode, "dry_run": dry_run, "note": note},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def list(
        self,
        id: int,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> RunCursorPage:
        """List the runs of a reconciliation.

        - `cursor`: `next_cursor` of the page before; left out for the first page
        """
        return await self._sender.one(
            RunCursorPage,
            Request(
                method="GET",
                path=f"/v1/reconciliations/{segment(id)}/runs",
                query={"cursor": cursor, "limit": limit},
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        id: int,
        *,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> AsyncIterator[Run]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=RunCursorPage, items=lambda page: page.data, onward=by_cursor),
            Request(
                method="GET",
                path=f"/v1/reconciliations/{segment(id)}/runs",
                query={"limit": limit},
                request_id=request_id,
            ),
        )

    async def get(
        self,
        id: int,
        run_id: int,
        *,
        request_id: str | None = None,
    ) -> Run:
        """Show one run, with its progress and what each rule made."""
        return await self._sender.one(
            Run,
            Request(
                method="GET",
                path=f"/v1/reconciliations/{segment(id)}/runs/{segment(run_id)}",
                request_id=request_id,
            ),
        )

    async def undo(
        self,
        id: int,
        run_id: int,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Run:
        """Take apart all that a run made; nothing is blocked, a next run may find the same."""
        return await self._sender.one(
            Run,
            Request(
                method="POST",
                path=f"/v1/reconciliations/{segment(id)}/runs/{segment(run_id)}/undo",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
