"""The store of deliveries: one event for one endpoint, from when it is due until it ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, cast

from tieout_gateway.domain.webhooks.attempts import Attempted, Verdict
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

Row: TypeAlias = dict[str, Any]
_SQL = load_queries("tieout_gateway", "webhook_deliveries.sql")


@dataclass(frozen=True, kw_only=True)
class NewDelivery:
    organization_id: int
    webhook_endpoint_id: int
    event_id: str
    event_type: str
    webhook_id: str
    payload: str


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A delivery that is ours to send, with where to and what to sign it with (sealed)."""

    organization_id: int
    webhook_delivery_id: int
    webhook_endpoint_id: int
    event_type: str
    webhook_id: str
    payload: str
    attempts: int
    url: str = field(repr=False)
    secret: bytes = field(repr=False)
    earlier_secret: bytes | None = field(repr=False)
    earlier_until: datetime | None
    failing_since: datetime | None


@dataclass(frozen=True, kw_only=True)
class Named:
    """An issue that the answer to a message named, and that message."""

    organization_id: int
    webhook_delivery_id: int
    webhook_endpoint_id: int
    webhook_id: str
    payload: str
    issue: str


async def add_deliveries(
    connection: Connection, new: Sequence[NewDelivery], *, at: datetime
) -> None:
    """Add deliveries, due at once; those of a known event and endpoint are there already."""
    columns = (
        [one.organization_id for one in new],
        [one.webhook_endpoint_id for one in new],
        [one.event_id for one in new],
        [one.event_type for one in new],
        [one.webhook_id for one in new],
        [one.payload for one in new],
    )
    await connection.execute(_SQL["add_deliveries"], *columns, at)


async def claim_deliveries(
    connection: Connection,
    *,
    at: datetime,
    until: datetime,
    sending: Mapping[int, int],
    per_endpoint: int,
    at_most: int,
) -> list[Claimed]:
    """Take what is due; `sending` counts what this process sends to each endpoint already."""
    rows = await connection.fetch(
        _SQL["claim_deliveries"],
        at,
        until,
        list(sending),
        list(sending.values()),
        per_endpoint,
        at_most,
    )
    return [Claimed(**row) for row in rows]


async def settle_delivery(
    connection: Connection,
    delivery_id: int,
    verdict: Verdict,
    *,
    attempted: Attempted,
    at: datetime,
) -> None:
    """Write down an attempt; one that another process finished meanwhile stays as it is."""
    await connection.execute(
        _SQL["settle_delivery"],
        delivery_id,
        verdict.status,
        verdict.due_at,
        at,
        attempted.status_code,
        attempted.error,
        attempted.named_issue,
    )


async def named_issues(connection: Connection, *, at_most: int) -> list[Named]:
    """Load issues that exceptions is still to be told of, oldest first."""
    return [Named(**row) for row in await connection.fetch(_SQL["named_issues"], at_most)]


async def forget_issues(connection: Connection, told: Sequence[Named]) -> None:
    """Note that exceptions was told of them."""
    numbers = [one.webhook_delivery_id for one in told]
    await connection.execute(_SQL["forget_issues"], numbers, [one.issue for one in told])


async def list_deliveries(
    connection: Connection,
    *,
    before: int | None,
    endpoint_id: int | None,
    status: str | None,
    event_type: str | None,
    at_most: int,
) -> list[Row]:
    """List deliveries of the connection's organisation, newest first, without what was sent."""
    rows = await connection.fetch(
        _SQL["list_deliveries"], before, endpoint_id, status, event_type, at_most
    )
    return [dict(row) for row in rows]


async def show_delivery(connection: Connection, delivery_id: int) -> Row | None:
    row = await connection.fetchrow(_SQL["show_delivery"], delivery_id)
    return None if row is None else dict(row)


async def replay_delivery(connection: Connection, delivery_id: int, *, at: datetime) -> None:
    await connection.execute(_SQL["replay_delivery"], delivery_id, at)


async def forget_deliveries(connection: Connection, *, made_before: datetime, at_most: int) -> int:
    """Remove some made before then that are over or wait for a disabled endpoint; how many."""
    values = (made_before, at_most)
    return cast("int", await connection.fetchval(_SQL["forget_deliveries"], *values))
