"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Sequence

from tieout_client.async_sender import AsyncSender
from tieout_client.models.lerian_bulk import BulkOutcome
from tieout_client.omitted import OMIT, Omit
from tieout_client.request import Request


class AsyncLerianBulkResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def assign(
        self,
        *,
        exception_ids: Sequence[str],
        assignee: str,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> BulkOutcome:
        """Give up to 100 exceptions to somebody, with an answer for each.

        - `exception_ids`: each is seen to once
        - `assignee`: who sees to it, by e-mail address
        """
        return await self._sender.one(
            BulkOutcome,
            Request(
                method="POST",
                path="/v1/exceptions/bulk/assign",
                body={"exceptionIds": exception_ids, "assignee": assignee},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def resolve(
        self,
        *,
        exception_ids: Sequence[str],
        resolution: str,
        reason: str | Omit | None = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> BulkOutcome:
        """Force-match up to 100 exceptions, each by itself, with an answer for each.

        The whole amount of each is written off by a match of its own, that can be revoked.

        - `exception_ids`: each is seen to once
        - `resolution`: why; shown as `resolutionReason`
        - `reason`: shown as `resolutionNotes`; the resolution again when left out
        """
        return await self._sender.one(
            BulkOutcome,
            Request(
                method="POST",
                path="/v1/exceptions/bulk/resolve",
                body={"exceptionIds": exception_ids, "resolution": resolution, "reason": reason},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
