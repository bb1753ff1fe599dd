"""What the gateway does to an endpoint by itself is told to the audit, as nobody's change."""

from datetime import datetime
from typing import Any

from pydantic_core import to_json

from tieout_runtime.idempotency import Answer, Claim, tell
from tieout_runtime.postgres import Connection

NOBODY = 0  # no account: the service itself


async def tell_disabled(
    connection: Connection, organization_id: int, endpoint: dict[str, Any], *, at: datetime
) -> None:
    """Tell that an endpoint was disabled; `endpoint` is as it is now."""
    claim = Claim(
        organization_id=organization_id,
        account_id=NOBODY,
        method="DISABLE",
        route=f"/v1/webhook_endpoints/{endpoint['id']}",
        key=None,
        fingerprint=b"",
    )
    before = {**endpoint, "status": "enabled", "disabled_reason": None}
    answer = Answer(status=200, body=to_json(endpoint), before=to_json(before))
    await tell(connection, claim, at=at, answer=answer)
