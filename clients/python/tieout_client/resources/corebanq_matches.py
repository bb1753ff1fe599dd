"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Iterator
from typing import Literal

from tieout_client.models.corebanq_matches import LedgerMatchOrderedPage
from tieout_client.models.corebanq_runs import LedgerMatch
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_offset
from tieout_client.request import Request, segment
from tieout_client.sender import Sender


class CorebanqMatchesResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        run_id: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        status: Literal["suggested", "accepted", "rejected"] | None = None,
        sort: Literal["created_at", "score"] | None = None,
        request_id: str | None = None,
    ) -> LedgerMatchOrderedPage:
        """List the matches of a run, rejected ones too."""
        return self._sender.one(
            LedgerMatchOrderedPage,
            Request(
                method="GET",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/matches",
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
        status: Literal["suggested", "accepted", "rejected"] | None = None,
        sort: Literal["created_at", "score"] | None = None,
        request_id: str | None = None,
    ) -> Iterator[LedgerMatch]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=LedgerMatchOrderedPage, items=lambda page: page.data, onward=by_offset),
            Request(
                method="GET",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/matches",
                query={"limit": limit, "order": order, "status": status, "sort": sort},
                request_id=request_id,
            ),
        )

    def accept(
        self,
        match_id: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> LedgerMatch:
        """Accept a suggested match; accepted already, nothing changes."""
        return self._sender.one(
            LedgerMatch,
            Request(
                method="POST",
                path=f"/v1/ledgers/reconciliation/matches/{segment(match_id)}/accept",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def reject(
        self,
        match_id: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> LedgerMatch:
        """Reject a match, suggested or accepted: its entries are open, no rule makes it again."""
        return self._sender.one(
            LedgerMatch,
            Request(
                method="POST",
                path=f"/v1/ledgers/reconciliation/matches/{segment(match_id)}/reject",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def change_note(
        self,
        match_id: str,
        *,
        note: str | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> LedgerMatch:
        """Change the note of a match.

        - `note`: null or left out removes it
        """
        return self._sender.one(
            LedgerMatch,
            Request(
                method="PATCH",
                path=f"/v1/ledgers/reconciliation/matches/{segment(match_id)}/note",
                body={"note": note},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
