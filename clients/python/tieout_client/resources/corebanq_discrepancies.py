"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Iterator
from typing import Literal

from tieout_client.models.corebanq_discrepancies import Discrepancy, DiscrepancyOrderedPage
from tieout_client.paging import Paging, by_offset
from tieout_client.request import Request, segment
from tieout_client.sender import Sender


class CorebanqDiscrepanciesResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        run_id: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        status: Literal["open", "in_review", "closed"] | None = None,
        sort: Literal["created_at"] | None = None,
        request_id: str | None = None,
    ) -> DiscrepancyOrderedPage:
        """List what is late or wrong of a run's items, or differs from one."""
        return self._sender.one(
            DiscrepancyOrderedPage,
            Request(
                method="GET",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/discrepancies",
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
        status: Literal["open", "in_review", "closed"] | None = None,
        sort: Literal["created_at"] | None = None,
        request_id: str | None = None,
    ) -> Iterator[Discrepancy]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=DiscrepancyOrderedPage, items=lambda page: page.data, onward=by_offset),
            Request(
                method="GET",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/discrepancies",
                query={"limit": limit, "order": order, "status": status, "sort": sort},
                request_id=request_id,
            ),
        )
