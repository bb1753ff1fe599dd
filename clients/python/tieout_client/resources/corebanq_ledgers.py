"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Iterator, Sequence
from typing import Literal

from tieout_client.models.corebanq_ledgers import (
    AddedEntries,
    Ledger,
    LedgerAccount,
    LedgerAccountOrderedPage,
    NewLedgerEntry,
    ReconciledRun,
)
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_offset
from tieout_client.request import Request, segment
from tieout_client.sender import Sender


class CorebanqLedgersResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def create(
        self,
        *,
        name: str,
        sign_mode: Literal["same", "opposite", "absolute"] | Omit = OMIT,
        timezone: str | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Ledger:
        """Make a ledger: statements on one side, the entries of the general ledger on the
        other.

        It begins with one rule (same amount and currency, dates within three days), which can be
        changed; nothing is matched before a run is told to.

        - `sign_mode`: how entries of the ledger are signed against the statement
        - `timezone`: IANA name; calendar days end there
        """
        return self._sender.one(
            Ledger,
            Request(
                method="POST",
                path="/v1/ledgers",
                body={"name": name, "sign_mode": sign_mode, "timezone": timezone},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def add_entries(
        self,
        id: str,
        *,
        entries: Sequence[NewLedgerEntry],
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> AddedEntries:
        """Add entries of the general ledger: all of them, or none."""
        return self._sender.one(
            AddedEntries,
            Request(
                method="POST",
                path=f"/v1/ledgers/{segment(id)}/entries",
                body={"entries": entries},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def list_accounts(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        ledger_id: str | None = None,
        sort: Literal["id", "name", "unreconciled_count"] | None = None,
        request_id: str | None = None,
    ) -> LedgerAccountOrderedPage:
        """List the accounts that entries name, with how many of their entries are not
        reconciled.
        """
        return self._sender.one(
            LedgerAccountOrderedPage,
            Request(
                method="GET",
                path="/v1/ledgers/accounts",
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

    def iterate_accounts(
        self,
        *,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        ledger_id: str | None = None,
        sort: Literal["id", "name", "unreconciled_count"] | None = None,
        request_id: str | None = None,
    ) -> Iterator[LedgerAccount]:
        """Give what `list_accounts` lists one by one, over all pages; `limit` is the size of a
        page.
        """
        return self._sender.each(
            Paging(page=LedgerAccountOrderedPage, items=lambda page: page.data, onward=by_offset),
            Request(
                method="GET",
                path="/v1/ledgers/accounts",
                query={"limit": limit, "order": order, "ledger_id": ledger_id, "sort": sort},
                request_id=request_id,
            ),
        )

    def reconcile(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> ReconciledRun:
        """Match everything open in a ledger, in a new automatic run."""
        return self._sender.one(
            ReconciledRun,
            Request(
                method="POST",
                path=f"/v1/ledgers/{segment(id)}/reconcile",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
