"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from typing import Literal

from tieout_client.async_sender import AsyncSender
from tieout_client.models.reconlayer_cases import CaseBundle, CasesPage
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_cursor
from tieout_client.request import Request, segment
from tieout_client.streamed import AsyncStreamed


class AsyncReconlayerCasesResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(
        self,
        *,
        from_: dt.datetime | dt.date | None = None,
        to: dt.datetime | dt.date | None = None,
        status: Literal["open", "resolved", "archived"] | None = None,
        reconciliation_status: Literal["unreconciled", "tentatively_reconciled", "reconciled"]
        | None = None,
        external_reference: str | None = None,
        verdict: Sequence[
            Literal[
                "matched",
                "matched_with_exception",
                "needs_review",
                "unreconciled",
                "sla_risk",
                "delayed",
            ]
        ]
        | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> CasesPage:
        """List cases, newest first: one for each payment intent, with its evidence.

        - `from_`: made then or later: RFC 3339 or a date
        - `to`: made before; of a date, its end
        - `verdict`: any of these; repeated, or separated by commas
        - `cursor`: `next_cursor` of the page before; left out for the first page
        """
        return await self._sender.one(
            CasesPage,
            Request(
                method="GET",
                path="/v1/reconciliation-cases",
                query={
                    "from": from_,
                    "to": to,
                    "status": status,
                    "reconciliationStatus": reconciliation_status,
                    "externalReference": external_reference,
                    "verdict": verdict,
                    "cursor": cursor,
                    "limit": limit,
                },
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        *,
        from_: dt.datetime | dt.date | None = None,
        to: dt.datetime | dt.date | None = None,
        status: Literal["open", "resolved", "archived"] | None = None,
        reconciliation_status: Literal["unreconciled", "tentatively_reconciled", "reconciled"]
        | None = None,
        external_reference: str | None = None,
        verdict: Sequence[
            Literal[
                "matched",
                "matched_with_exception",
                "needs_review",
                "unreconciled",
                "sla_risk",
                "delayed",
            ]
        ]
        | None = None,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> AsyncIterator[CaseBundle]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page.

        - `from_`: made then or later: RFC 3339 or a date
        - `to`: made before; of a date, its end
        - `verdict`: any of these; repeated, or separated by commas
        """
        return self._sender.each(
            Paging(page=CasesPage, items=lambda page: page.items, onward=by_cursor),
            Request(
                method="GET",
                path="/v1/reconciliation-cases",
                query={
                    "from": from_,
                    "to": to,
                    "status": status,
                    "reconciliationStatus": reconciliation_status,
                    "externalReference": external_reference,
                    "verdict": verdict,
                    "limit": limit,
                },
                request_id=request_id,
            ),
        )

    async def get(
        self,
        case_id: str,
        *,
        request_id: str | None = None,
    ) -> CaseBundle:
        """Show one case with its evidence."""
        return await self._sender.one(
            CaseBundle,
            Request(
                method="GET",
                path=f"/v1/reconciliation-cases/{segment(case_id)}",
                request_id=request_id,
            ),
        )

    async def resolve(
        self,
        case_id: str,
        *,
        notes: str | Omit | None = OMIT,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> CaseBundle:
        """Resolve a case; one that is resolved already stays as it is.

        - `notes`: takes the place of the case's notes
        """
        return await self._sender.one(
            CaseBundle,
            Request(
                method="POST",
                path=f"/v1/reconciliation-cases/{segment(case_id)}/resolve",
                body={"notes": notes},
                if_match=if_match,
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def archive(
        self,
        case_id: str,
        *,
        notes: str | Omit | None = OMIT,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> CaseBundle:
        """Archive a case: nothing that happens later opens it again.

        - `notes`: takes the place of the case's notes
        """
        return await self._sender.one(
            CaseBundle,
            Request(
                method="POST",
                path=f"/v1/reconciliation-cases/{segment(case_id)}/archive",
                body={"notes": notes},
                if_match=if_match,
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def note(
        self,
        case_id: str,
        *,
        notes: str,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> CaseBundle:
        """Write the notes of a case; what they were is kept in its audit events.

        - `notes`: takes the place of the case's notes
        """
        return await self._sender.one(
            CaseBundle,
            Request(
                method="POST",
                path=f"/v1/reconciliation-cases/{segment(case_id)}/notes",
                body={"notes": notes},
                if_match=if_match,
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def export(
        self,
        *,
        from_: dt.datetime | dt.date | None = None,
        to: dt.datetime | dt.date | None = None,
        status: Literal["open", "resolved", "archived"] | None = None,
        reconciliation_status: Literal["unreconciled", "tentatively_reconciled", "reconciled"]
        | None = None,
        external_reference: str | None = None,
        verdict: Sequence[
            Literal[
                "matched",
                "matched_with_exception",
                "needs_review",
                "unreconciled",
                "sla_risk",
                "delayed",
            ]
        ]
        | None = None,
        format: Literal["csv", "json"] | None = None,
        request_id: str | None = None,
    ) -> AsyncStreamed:
        """Export all cases that pass the filters, as they were at one moment, newest first.

        CSV is one row a case, with dotted headers, and lists as counts and identifiers. `total` of
        the JSON comes last. An answer that breaks off is not whole.

        - `from_`: made then or later: RFC 3339 or a date
        - `to`: made before; of a date, its end
        - `verdict`: any of these; repeated, or separated by commas
        """
        return self._sender.streamed(
            Request(
                method="GET",
                path="/v1/exports/reconciliation-cases",
                query={
                    "from": from_,
                    "to": to,
                    "status": status,
                    "reconciliationStatus": reconciliation_status,
                    "externalReference": external_reference,
                    "verdict": verdict,
                    "format": format,
                },
                request_id=request_id,
            )
        )
