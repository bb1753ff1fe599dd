"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Iterator
from typing import Literal

from tieout_client.models.corebanq_entries import GeneralEntry, GeneralEntryOrderedPage
from tieout_client.paging import Paging, by_offset
from tieout_client.request import Request, segment
from tieout_client.sender import Sender


class CorebanqEntriesResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list_gl_only(
        self,
        run_id: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        sort: Literal["created_at", "date", "amount"] | None = None,
        request_id: str | None = None,
    ) -> GeneralEntryOrderedPage:
        """List the ledger's entries that are in no suggested or accepted match of any run."""
        return self._sender.one(
            GeneralEntryOrderedPage,
            Request(
                method="GET",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/gl-only",
                query={"limit": limit, "offset": offset, "order": order, "sort": sort},
                request_id=request_id,
            ),
        )

    def iterate_gl_only(
        self,
        run_id: str,
        *,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        sort: Literal["created_at", "date", "amount"] | None = None,
        request_id: str | None = None,
    ) -> Iterator[GeneralEntry]:
        """Give what `list_gl_only` lists one by one, over all pages; `limit` is the size of a
        page.
        """
        return self._sender.each(
            Paging(page=GeneralEntryOrderedPage, items=lambda page: page.data, onward=by_offset),
            Request(
                method="GET",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/gl-only",
                query={"limit": limit, "order": order, "sort": sort},
                request_id=request_id,
            ),
        )

    def list_gl_all(
        self,
        run_id: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        sort: Literal["created_at", "date", "amount"] | None = None,
        request_id: str | None = None,
    ) -> GeneralEntryOrderedPage:
        """List all entries of the run's ledger."""
        return self._sender.one(
            GeneralEntryOrderedPage,
            Request(
                method="GET",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/gl-all",
                query={"limit": limit, "offset": offset, "order": order, "sort": sort},
                request_id=request_id,
            ),
        )

    def iterate_gl_all(
        self,
        run_id: str,
        *,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        sort: Literal["created_at", "date", "amount"] | None = None,
        request_id: str | None = None,
    ) -> Iterator[GeneralEntry]:
        """Give what `list_gl_all` lists one by one, over all pages; `limit` is the size of a
        page.
        """
        return self._sender.each(
            Paging(page=GeneralEntryOrderedPage, items=lambda page: page.data, onward=by_offset),
            Request(
                method="GET",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/gl-all",
                query={"limit": limit, "order": order, "sort": sort},
                request_id=request_id,
            ),
        )
