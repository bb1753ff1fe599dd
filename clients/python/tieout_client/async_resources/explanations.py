"""Made from docs/openapi.json by `make client`; changed there, not here."""

from tieout_client.async_sender import AsyncSender
from tieout_client.models.explanations import EntryExplanation, MatchExplanation
from tieout_client.request import Request, segment


class AsyncExplanationsResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def explain_match(
        self,
        id: int,
        *,
        request_id: str | None = None,
    ) -> MatchExplanation:
        """Say why a match was made: by which version of which rule, condition by condition."""
        return await self._sender.one(
            MatchExplanation,
            Request(
                method="GET",
                path=f"/v1/reconciliation_matches/{segment(id)}/explanation",
                request_id=request_id,
            ),
        )

    async def explain_entry(
        self,
        id: int,
        record_id: int,
        *,
        request_id: str | None = None,
    ) -> EntryExplanation:
        """Say why an entry is open: what nearly matched, and the least change that would have
        helped.

        An entry that is matched, or reserved by a suggestion, is explained by its match.
        """
        return await self._sender.one(
            EntryExplanation,
            Request(
                method="GET",
                path=f"/v1/reconciliations/{segment(id)}/entries/{segment(record_id)}/explanation",
                request_id=request_id,
            ),
        )
