"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from tieout_client.models.balance_proof import (
    BalanceDay,
    BalanceEntry,
    BalanceEntryCursorPage,
    BalanceProof,
)
from tieout_client.paging import Paging, by_cursor
from tieout_client.request import Request, segment
from tieout_client.sender import Sender


class BalanceProofResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def get(
        self,
        id: int,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        as_of: dt.datetime | None = None,
        account: str | None = None,
        date_from: dt.date | None = None,
        date_to: dt.date | None = None,
        request_id: str | None = None,
    ) -> BalanceProof:
        """Prove a reconciliation's balances: its equation by currency, its statements by day.

        Each service answers from a snapshot of its own: what is on its way between them is in the
        statements already and in no term yet (`behind` of the progress).

        - `cursor`: `next_cursor` of the page before; left out for the first page
        - `as_of`: as it stood then; now when left out
        - `date_from`: first day of statements
        - `date_to`: last day of statements, inclusive
        """
        return self._sender.one(
            BalanceProof,
            Request(
                method="GET",
                path=f"/v1/reconciliations/{segment(id)}/balance_proof",
                query={
                    "cursor": cursor,
                    "limit": limit,
                    "as_of": as_of,
                    "account": account,
                    "date_from": date_from,
                    "date_to": date_to,
                },
                request_id=request_id,
            ),
        )

    def iterate_days(
        self,
        id: int,
        *,
        limit: int | None = None,
        as_of: dt.datetime | None = None,
        account: str | None = None,
        date_from: dt.date | None = None,
        date_to: dt.date | None = None,
        request_id: str | None = None,
    ) -> Iterator[BalanceDay]:
        """Give what `get` lists one by one, over all pages; `limit` is the size of a page.

        Each service answers from a snapshot of its own: what is on its way between them is in the
        statements already and in no term yet (`behind` of the progress).

        - `as_of`: as it stood then; now when left out
        - `date_from`: first day of statements
        - `date_to`: last day of statements, inclusive
        """
        return self._sender.each(
            Paging(page=BalanceProof, items=lambda page: page.days, onward=by_cursor),
            Request(
                method="GET",
                path=f"/v1/reconciliations/{segment(id)}/balance_proof",
                query={
                    "limit": limit,
                    "as_of": as_of,
                    "account": account,
                    "date_from": date_from,
                    "date_to": date_to,
                },
                request_id=request_id,
            ),
        )

    def list_entries(
        self,
        id: int,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        term: Literal[
            "side_b",
            "side_a",
            "opening_difference",
            "open_b",
            "open_a",
            "closed",
            "ignored",
            "withdrawn",
            "adjustments",
            "matched_b",
            "matched_a",
            "misplaced",
            "booked",
        ]
        | None = None,
        currency: str | None = None,
        as_of: dt.datetime | None = None,
        import_batch_id: int | str | None = None,
        statement: int | None = None,
        request_id: str | None = None,
    ) -> BalanceEntryCursorPage:
        """List what makes a term of the balance proof, or the booked records of a statement.

        - `cursor`: `next_cursor` of the page before; left out for the first page
        - `term`: every entry when left out; `booked`: the records of one statement
        - `import_batch_id`: with term `booked`
        - `statement`: as above
        """
        return self._sender.one(
            BalanceEntryCursorPage,
            Request(
                method="GET",
                path=f"/v1/reconciliations/{segment(id)}/balance_proof/entries",
                query={
                    "cursor": cursor,
                    "limit": limit,
                    "term": term,
                    "currency": currency,
                    "as_of": as_of,
                    "import_batch_id": import_batch_id,
                    "statement": statement,
                },
                request_id=request_id,
            ),
        )

    def iterate_entries(
        self,
        id: int,
        *,
        limit: int | None = None,
        term: Literal[
            "side_b",
            "side_a",
            "opening_difference",
            "open_b",
            "open_a",
            "closed",
            "ignored",
            "withdrawn",
            "adjustments",
            "matched_b",
            "matched_a",
            "misplaced",
            "booked",
        ]
        | None = None,
        currency: str | None = None,
        as_of: dt.datetime | None = None,
        import_batch_id: int | str | None = None,
        statement: int | None = None,
        request_id: str | None = None,
    ) -> Iterator[BalanceEntry]:
        """Give what `list_entries` lists one by one, over all pages; `limit` is the size of a
        page.

        - `term`: every entry when left out; `booked`: the records of one statement
        - `import_batch_id`: with term `booked`
        - `statement`: as above
        """
        return self._sender.each(
            Paging(page=BalanceEntryCursorPage, items=lambda page: page.data, onward=by_cursor),
            Request(
                method="GET",
                path=f"/v1/reconciliations/{segment(id)}/balance_proof/entries",
                query={
                    "limit": limit,
                    "term": term,
                    "currency": currency,
                    "as_of": as_of,
                    "import_batch_id": import_batch_id,
                    "statement": statement,
                },
                request_id=request_id,
            ),
        )
