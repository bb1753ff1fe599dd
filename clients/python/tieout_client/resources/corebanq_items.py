"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Iterator
from typing import Literal

from tieout_client.models.corebanq_items import Item, ItemOrderedPage
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_offset
from tieout_client.request import Request, segment
from tieout_client.sender import Sender


class CorebanqItemsResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        run_id: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        status: Literal["unmatched", "matched", "partial", "closed"] | None = None,
        sort: Literal["created_at", "date", "amount"] | None = None,
        request_id: str | None = None,
    ) -> ItemOrderedPage:
        """List the source entries of a run."""
        return self._sender.one(
            ItemOrderedPage,
            Request(
                method="GET",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/items",
                query={
                    "limit": limit,
                    "offset": offset,
                    "order": order,
                    "status": status,
                    "sort": sort,
                },
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        run_id: str,
        *,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        status: Literal["unmatched", "matched", "partial", "closed"] | None = None,
        sort: Literal["created_at", "date", "amount"] | None = None,
        request_id: str | None = None,
    ) -> Iterator[Item]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=ItemOrderedPage, items=lambda page: page.data, onward=by_offset),
            Request(
                method="GET",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/items",
                query={"limit": limit, "order": order, "status": status, "sort": sort},
                request_id=request_id,
            ),
        )

    def close(
        self,
        item_id: str,
        *,
        ledger_id: str,
        reason: str | Omit | None = OMIT,
        note: str | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Item:
        """Close a source entry that needs no match; its discrepancy closes with it.

        A matched one is 409: reject its match first. A suggestion of it is dropped.

        - `reason`: free text
        """
        return self._sender.one(
            Item,
            Request(
                method="POST",
                path=f"/v1/ledgers/reconciliation/items/{segment(item_id)}/close",
                body={"ledger_id": ledger_id, "reason": reason, "note": note},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def reopen(
        self,
        item_id: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Item:
        """Open a closed source entry again, and its discrepancy."""
        return self._sender.one(
            Item,
            Request(
                method="POST",
                path=f"/v1/ledgers/reconciliation/items/{segment(item_id)}/reopen",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
