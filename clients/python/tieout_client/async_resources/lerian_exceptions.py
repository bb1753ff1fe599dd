"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Literal

from tieout_client.async_sender import AsyncSender
from tieout_client.models.explanations import EntryExplanation
from tieout_client.models.lerian_exceptions import ExceptionsPage, LerianException
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_cursor
from tieout_client.request import Request, segment


class AsyncLerianExceptionsResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(
        self,
        *,
        status: Literal["OPEN", "ASSIGNED", "PENDING_RESOLUTION", "RESOLVED"] | None = None,
        severity: Literal["LOW", "MEDIUM", "HIGH", "CRITICAL"] | None = None,
        assigned_to: str | None = None,
        external_system: str | None = None,
        date_from: dt.datetime | dt.date | None = None,
        date_to: dt.datetime | dt.date | None = None,
        reconciliation_id: int | str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> ExceptionsPage:
        """List exceptions: one for each entry that is late or wrong.

        - `date_from`: made then or later
        - `date_to`: made before then; of a date, its end
        - `cursor`: `next_cursor` of the page before; left out for the first page
        """
        return await self._sender.one(
            ExceptionsPage,
            Request(
                method="GET",
                path="/v1/exceptions",
                query={
                    "status": status,
                    "severity": severity,
                    "assigned_to": assigned_to,
                    "external_system": external_system,
                    "date_from": date_from,
                    "date_to": date_to,
                    "reconciliation_id": reconciliation_id,
                    "cursor": cursor,
                    "limit": limit,
                },
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        *,
        status: Literal["OPEN", "ASSIGNED", "PENDING_RESOLUTION", "RESOLVED"] | None = None,
        severity: Literal["LOW", "MEDIUM", "HIGH", "CRITICAL"] | None = None,
        assigned_to: str | None = None,
        external_system: str | None = None,
        date_from: dt.datetime | dt.date | None = None,
        date_to: dt.datetime | dt.date | None = None,
        reconciliation_id: int | str | None = None,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> AsyncIterator[LerianException]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page.

        - `date_from`: made then or later
        - `date_to`: made before then; of a date, its end
        """
        return self._sender.each(
            Paging(page=ExceptionsPage, items=lambda page: page.items, onward=by_cursor),
            Request(
                method="GET",
                path="/v1/exceptions",
                query={
                    "status": status,
                    "severity": severity,
                    "assigned_to": assigned_to,
                    "external_system": external_system,
                    "date_from": date_from,
                    "date_to": date_to,
                    "reconciliation_id": reconciliation_id,
                    "limit": limit,
                },
                request_id=request_id,
            ),
        )

    async def get(
        self,
        exception_id: str,
        *,
        request_id: str | None = None,
    ) -> LerianException:
        """Show one exception, and what it waits for."""
        return await self._sender.one(
            LerianException,
            Request(
                method="GET", path=f"/v1/exceptions/{segment(exception_id)}", request_id=request_id
            ),
        )

    async def explain(
        self,
        exception_id: str,
        *,
        request_id: str | None = None,
    ) -> EntryExplanation:
        """Say why an exception's transaction is open: what nearly matched, and what would have
        helped.

        The answer is that of `/v1/reconciliations/{id}/entries/{record_id}/explanation`.
        """
        return await self._sender.one(
            EntryExplanation,
            Request(
                method="GET",
                path=f"/v1/exceptions/{segment(exception_id)}/explanation",
                request_id=request_id,
            ),
        )

    async def force_match(
        self,
        exception_id: str,
        *,
        notes: str,
        override_reason: str,
        counterpart_record_ids: Sequence[str | int] | Omit | None = OMIT,
        residual_treatment: Literal["write_off", "fee", "fx", "rounding", "carry"]
        | Omit
        | None = OMIT,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> LerianException:
        """Resolve an exception by a match a person decides on; what does not tie is booked as
        said.

        PENDING_RESOLUTION is answered while the match is still being made; it completes by itself.

        - `counterpart_record_ids`: transactions of the other side to match with; none: the whole
          amount is a residual
        - `residual_treatment`: what the difference is booked as, write_off when left out; carry:
          it is not booked, the entry that is larger stays open for the rest
        """
        return await self._sender.one(
            LerianException,
            Request(
                method="POST",
                path=f"/v1/exceptions/{segment(exception_id)}/force-match",
                body={
                    "notes": notes,
                    "overrideReason": override_reason,
                    "counterpartRecordIds": counterpart_record_ids,
                    "residualTreatment": residual_treatment,
                },
                if_match=if_match,
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def adjust_entry(
        self,
        exception_id: str,
        *,
        amount: str | Decimal,
        currency: str,
        reason_code: str,
        notes: str,
        effective_at: dt.datetime | Omit | None = OMIT,
        counterpart_record_ids: Sequence[str | int] | Omit | None = OMIT,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> LerianException:
        """Resolve an exception by a signed adjustment that makes its transaction tie.

        It is a real match with the adjustment in it, and can be revoked like any other.
        PENDING_RESOLUTION is answered while the match is still being made; it completes by itself.

        - `amount`: in major units, to be added to the transaction's own signed amount (a credit is
          positive): afterwards it has to tie; 422 `amounts_differ` names the amount that does
        - `effective_at`: since when it counts; kept with the adjustment's reason
        - `counterpart_record_ids`: transactions of the other side to tie with; left out: the one
          that this one was found to differ from; none of either: the whole amount is adjusted
        """
        return await self._sender.one(
            LerianException,
            Request(
                method="POST",
                path=f"/v1/exceptions/{segment(exception_id)}/adjust-entry",
                body={
                    "amount": amount,
                    "currency": currency,
                    "reasonCode": reason_code,
                    "notes": notes,
                    "effectiveAt": effective_at,
                    "counterpartRecordIds": counterpart_record_ids,
                },
                if_match=if_match,
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def assign(
        self,
        exception_id: str,
        *,
        assignee: str,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> LerianException:
        """Give an open exception to somebody; one that is assigned goes over to them.

        - `assignee`: who sees to it, by e-mail address
        """
        return await self._sender.one(
            LerianException,
            Request(
                method="POST",
                path=f"/v1/exceptions/{segment(exception_id)}/assign",
                body={"assignee": assignee},
                if_match=if_match,
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def unassign(
        self,
        exception_id: str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> LerianException:
        """Take an exception from whom it is assigned to; nobody's stays as it is."""
        return await self._sender.one(
            LerianException,
            Request(
                method="POST",
                path=f"/v1/exceptions/{segment(exception_id)}/unassign",
                if_match=if_match,
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
