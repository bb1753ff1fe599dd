"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Sequence

from tieout_client.models.lerian_approval_limits import Limits, NewLimit
from tieout_client.request import Request
from tieout_client.sender import Sender


class LerianApprovalLimitsResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def get(
        self,
        *,
        request_id: str | None = None,
    ) -> Limits:
        """Show above which amounts a resolution needs another actor's approval."""
        return self._sender.one(
            Limits, Request(method="GET", path="/v1/approval_limits", request_id=request_id)
        )

    def set(
        self,
        *,
        limits: Sequence[NewLimit],
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Limits:
        """Set above which amounts a resolution needs another actor's approval; all at once.

        What waits for approval already goes on waiting.
        """
        return self._sender.one(
            Limits,
            Request(
                method="PUT",
                path="/v1/approval_limits",
                body={"limits": limits},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
