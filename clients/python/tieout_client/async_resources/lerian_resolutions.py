"""Made from docs/openapi.json by `make client`; changed there, not here."""

from tieout_client.async_sender import AsyncSender
from tieout_client.models.lerian_exceptions import LerianException
from tieout_client.omitted import OMIT, Omit
from tieout_client.request import Request, segment


class AsyncLerianResolutionsResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def approve(
        self,
        exception_id: str,
        *,
        notes: str | Omit | None = OMIT,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> LerianException:
        """Have a resolution carried out that another actor asked for, above the limit.

        `pendingResolution` of the exception says what that is. 403 for who asked for it.
        """
        return await self._sender.one(
            LerianException,
            Request(
                method="POST",
                path=f"/v1/exceptions/{segment(exception_id)}/approve",
                body={"notes": notes},
                if_match=if_match,
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def refuse(
        self,
        exception_id: str,
        *,
        notes: str | Omit | None = OMIT,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> LerianException:
        """Refuse a resolution that another actor asked for: the exception is what it was
        before.
        """
        return await self._sender.one(
            LerianException,
            Request(
                method="POST",
                path=f"/v1/exceptions/{segment(exception_id)}/refuse",
                body={"notes": notes},
                if_match=if_match,
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
