"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Sequence

from tieout_client.models.organizations import Organization
from tieout_client.request import Request, segment
from tieout_client.sender import Sender


class OrganizationsResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def list(
        self,
        *,
        request_id: str | None = None,
    ) -> Sequence[Organization]:
        """List the organisations that the credential belongs to.

        Those of a person may be several. Making one is the operator's: `tieout create-
        organization`.
        """
        return self._sender.many(
            Organization, Request(method="GET", path="/v1/organizations", request_id=request_id)
        )

    def get(
        self,
        id: int,
        *,
        request_id: str | None = None,
    ) -> Organization:
        """Show the organisation that the caller acts in; any other is 404."""
        return self._sender.one(
            Organization,
            Request(method="GET", path=f"/v1/organizations/{segment(id)}", request_id=request_id),
        )

    def update(
        self,
        id: int,
        *,
        name: str,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Organization:
        """Rename the organisation."""
        return self._sender.one(
            Organization,
            Request(
                method="PATCH",
                path=f"/v1/organizations/{segment(id)}",
                body={"name": name},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )
