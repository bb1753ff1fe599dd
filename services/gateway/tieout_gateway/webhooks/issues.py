"""Issues that receivers named in their answers, told to exceptions as a callback would be.

What an answer named is written down with the delivery, so that it is told even if exceptions is
away or this process dies: once, by its key.
"""

import hashlib
from http import HTTPStatus

import structlog

from tieout_gateway.domain.webhooks.issues import subject_of
from tieout_gateway.webhooks import deliveries
from tieout_gateway.webhooks.deliveries import Named
from tieout_runtime.internal import InternalClient
from tieout_runtime.postgres import Pool, transaction
from tieout_runtime.problems import Problem
from tieout_runtime.run import Wakeup

AT_ONCE = 50
_LATER = frozenset({HTTPStatus.CONFLICT, HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE})
_log = structlog.get_logger(__name__)


async def tell_issues(pool: Pool, exceptions: InternalClient) -> None:
    """Tell what was named, until cancelled; looks every second."""
    async for _ in Wakeup().rounds():
        await tell_named(pool, exceptions)


async def tell_named(pool: Pool, exceptions: InternalClient) -> int:
    """Tell the oldest that are not told yet, while exceptions takes them; how many it took."""
    async with transaction(pool) as connection:
        found = await deliveries.named_issues(connection, at_most=AT_ONCE)
    told: list[Named] = []
    for one in found:
        if not await _tell(exceptions, one):
            break
        told.append(one)
    if told:
        async with transaction(pool) as connection:
            await deliveries.forget_issues(connection, told)
    return len(told)


async def _tell(exceptions: InternalClient, named: Named) -> bool:
    """Tell one; False when it has to be told later. What is refused for good is logged."""
    subject = subject_of(named.payload)
    body = {
        "external_system": subject.external_system,
        "external_issue_id": named.issue,
        "status": f"named by webhook endpoint {named.webhook_endpoint_id}",
        "of_dispatch": True,
    }
    # The issue is part of the key: a message that is sent again may be answered otherwise.
    key = hashlib.sha256(f"{named.webhook_id}\n{named.issue}".encode()).hexdigest()
    try:
        await exceptions.call(
            "POST",
            f"/internal/breaks/{subject.break_id}/callback",
            organization_id=named.organization_id,
            headers={"x-idempotency-key": key, "x-request-id": named.webhook_id},
            json=body,
        )
    except Problem as problem:
        if problem.status in _LATER:
            return False
        _log.warning("issue_refused", id=named.webhook_id, code=problem.code)
    return True
