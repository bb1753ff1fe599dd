"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Iterator, Sequence
from typing import Literal

from tieout_client.models.corebanq_runs import LedgerMatch, LedgerRun, LedgerRunOrderedPage, Matched
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_offset
from tieout_client.request import Request, segment
from tieout_client.sender import Sender


class CorebanqRunsResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def create(
        self,
        *,
        ledger_id: str,
        mode: Literal["manual", "automatic"] | Omit = OMIT,
        source_type: Literal["upload"] | Omit = OMIT,
        note: str | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> LedgerRun:
        """Make a run of a ledger: files of statements are uploaded to it and then matched.

        - `mode`: `manual`: auto-match only suggests
        """
        return self._sender.one(
            LedgerRun,
            Request(
                method="POST",
                path="/v1/ledgers/reconciliation/runs",
                body={
                    "ledger_id": ledger_id,
                    "mode": mode,
                    "source_type": source_type,
                    "note": note,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def list(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        ledger_id: str | None = None,
        sort: Literal["created_at", "updated_at"] | None = None,
        request_id: str | None = None,
    ) -> LedgerRunOrderedPage:
        """List runs, of one ledger or of all."""
        return self._sender.one(
            LedgerRunOrderedPage,
            Request(
                method="GET",
                path="/v1/ledgers/reconciliation/runs",
                query={
                    "limit": limit,
                    "offset": offset,
                    "order": order,
                    "ledger_id": ledger_id,
                    "sort": sort,
                },
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        ledger_id: str | None = None,
        sort: Literal["created_at", "updated_at"] | None = None,
        request_id: str | None = None,
    ) -> Iterator[LedgerRun]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=LedgerRunOrderedPage, items=lambda page: page.data, onward=by_offset),
            Request(
                method="GET",
                path="/v1/ledgers/reconciliation/runs",
                query={"limit": limit, "order": order, "ledger_id": ledger_id, "sort": sort},
                request_id=request_id,
            ),
        )

    def get(
        self,
        run_id: str,
        *,
        request_id: str | None = None,
    ) -> LedgerRun:
        """Show a run."""
        return self._sender.one(
            LedgerRun,
            Request(
                method="GET",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}",
                request_id=request_id,
            ),
        )

    def change(
        self,
        run_id: str,
        *,
        note: str | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> LedgerRun:
        """Change the note of a run.

        - `note`: null removes it; left out, it stays
        """
        return self._sender.one(
            LedgerRun,
            Request(
                method="PATCH",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}",
                body={"note": note},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def delete(
        self,
        run_id: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """Delete a run with its source files; one with accepted matches is 409."""
        self._sender.nothing(
            Request(
                method="DELETE",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            )
        )

    def close(
        self,
        run_id: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> LedgerRun:
        """Close a completed run for ever: what it matched stays, and nothing of it changes."""
        return self._sender.one(
            LedgerRun,
            Request(
                method="POST",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/close",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def auto_match(
        self,
        run_id: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Matched:
        """Match what is open of the run's items with the ledger's entries, by the ledger's
        rules.

        Matches of a run of mode manual, and those that are in doubt, are only suggested. It may be
        repeated as long as the run is not closed.
        """
        return self._sender.one(
            Matched,
            Request(
                method="POST",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/auto-match",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def manual_match(
        self,
        run_id: str,
        *,
        source_entry_ids: Sequence[str],
        ledger_entry_ids: Sequence[str],
        note: str | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> LedgerMatch:
        """Match chosen entries by hand; they need not tie.

        The smaller sum is taken whole, and as much of the other side, its oldest entries first;
        what is left of an entry stays open as `partial`.
        """
        return self._sender.one(
            LedgerMatch,
            Request(
                method="POST",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/manual-match",
                body={
                    "source_entry_ids": source_entry_ids,
                    "ledger_entry_ids": ledger_entry_ids,
                    "note": note,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
