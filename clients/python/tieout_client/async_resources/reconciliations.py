"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

from tieout_client.async_sender import AsyncSender
from tieout_client.models.reconciliations import (
    NewOpeningBalance,
    Progress,
    Reconciliation,
    ReconciliationCursorPage,
)
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_cursor
from tieout_client.request import Request, segment


class AsyncReconciliationsResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> ReconciliationCursorPage:
        """List reconciliations with their data streams.

        - `cursor`: `next_cursor` of the page before; left out for the first page
        """
        return await self._sender.one(
            ReconciliationCursorPage,
            Request(
                method="GET",
                path="/v1/reconciliations",
                query={"cursor": cursor, "limit": limit},
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> AsyncIterator[Reconciliation]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=ReconciliationCursorPage, items=lambda page: page.data, onward=by_cursor),
            Request(
                method="GET",
                path="/v1/reconciliations",
                query={"limit": limit},
                request_id=request_id,
            ),
        )

    async def create(
        self,
        *,
        name: str,
        run_type: Literal["continuous", "batch"] | Omit = OMIT,
        side_a_stream_ids: Sequence[int | str] | Omit = OMIT,
        side_b_stream_ids: Sequence[int | str] | Omit = OMIT,
        sign_mode: Literal["same", "opposite", "absolute"] | Omit = OMIT,
        timezone: str | Omit = OMIT,
        opening_balances: Sequence[NewOpeningBalance] | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Reconciliation:
        """Make a reconciliation; records its streams hold already are brought to it.

        - `sign_mode`: how the sign of an amount on side A compares to side B's
        - `timezone`: IANA name; decides when a day ends
        - `opening_balances`: what each side has now and no record will bring; fixed: the balance
          proof
        """
        return await self._sender.one(
            Reconciliation,
            Request(
                method="POST",
                path="/v1/reconciliations",
                body={
                    "name": name,
                    "run_type": run_type,
                    "side_a_stream_ids": side_a_stream_ids,
                    "side_b_stream_ids": side_b_stream_ids,
                    "sign_mode": sign_mode,
                    "timezone": timezone,
                    "opening_balances": opening_balances,
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
    ) -> Reconciliation:
        """Show one reconciliation."""
        return await self._sender.one(
            Reconciliation,
            Request(method="GET", path=f"/v1/reconciliations/{segment(id)}", request_id=request_id),
        )

    async def update(
        self,
        id: int,
        *,
        name: str | Omit = OMIT,
        run_type: Literal["continuous", "batch"] | Omit = OMIT,
        side_a_stream_ids: Sequence[int | str] | Omit = OMIT,
        side_b_stream_ids: Sequence[int | str] | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Reconciliation:
        """Change name, run type or data streams.

        Streams replace all there were, on both sides. What is open of a stream that goes is
        withdrawn, what is matched stays; records of a stream that comes are brought to it, and
        those of one that comes back are open again. A stream keeps its side: on the other one it
        is 422.
        """
        return await self._sender.one(
            Reconciliation,
            Request(
                method="PATCH",
                path=f"/v1/reconciliations/{segment(id)}",
                body={
                    "name": name,
                    "run_type": run_type,
                    "side_a_stream_ids": side_a_stream_ids,
                    "side_b_stream_ids": side_b_stream_ids,
                },
                writes=True,
                idempotency_key=idempotency_key,
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
        """Delete a reconciliation with its rules and matches: what was open in it is withdrawn."""
        await self._sender.nothing(
            Request(
                method="DELETE",
                path=f"/v1/reconciliations/{segment(id)}",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            )
        )

    async def get_progress(
        self,
        id: int,
        *,
        request_id: str | None = None,
    ) -> Progress:
        """Show how far matching has come.

        The matcher is asked first: what it has decided had been told to it, so `behind` is never
        less than it was at that moment.
        """
        return await self._sender.one(
            Progress,
            Request(
                method="GET",
                path=f"/v1/reconciliations/{segment(id)}/progress",
                request_id=request_id,
            ),
        )
