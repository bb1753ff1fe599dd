"""The store of webhook endpoints: where an organisation wants to be told of events."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, cast

from tieout_gateway.domain.public_events import THINGS
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

Row: TypeAlias = dict[str, Any]
_SQL = load_queries("tieout_gateway", "webhook_endpoints.sql")


@dataclass(frozen=True, kw_only=True)
class NewEndpoint:
    """An endpoint to add; `event_types` None means all of them, `secret` is sealed."""

    organization_id: int
    url: str
    description: str | None
    event_types: Sequence[str] | None
    secret: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Subscriber:
    """An endpoint as one who is to be told; of nothing that was before `told_from`."""

    organization_id: int
    webhook_endpoint_id: int
    event_types: frozenset[str] | None
    told_from: datetime

    def may_want(self, ce_type: str) -> bool:
        """Tell whether a message of this type can give an event that is wanted."""
        if self.event_types is None or ce_type not in THINGS:
            return ce_type in THINGS
        return any(one.partition(".")[0] in THINGS[ce_type] for one in self.event_types)

    def wants(self, event_type: str) -> bool:
        return self.event_types is None or event_type in self.event_types


async def add_endpoint(connection: Connection, new: NewEndpoint, *, at: datetime) -> int:
    """Add an endpoint and return its id."""
    types = None if new.event_types is None else list(new.event_types)
    values = (new.organization_id, new.url, new.description, types, new.secret, at)
    return cast("int", await connection.fetchval(_SQL["add_endpoint"], *values))


async def list_endpoints(connection: Connection, *, before: int | None, at_most: int) -> list[Row]:
    """List endpoints of the connection's organisation, newest first."""
    return [dict(row) for row in await connection.fetch(_SQL["list_endpoints"], before, at_most)]


async def show_endpoint(connection: Connection, endpoint_id: int) -> Row | None:
    row = await connection.fetchrow(_SQL["show_endpoint"], endpoint_id)
    return None if row is None else dict(row)


async def lock_endpoint(connection: Connection, endpoint_id: int) -> Row | None:
    """Show an endpoint and keep others from changing it in the meantime."""
    row = await connection.fetchrow(_SQL["lock_endpoint"], endpoint_id)
    return None if row is None else dict(row)


async def change_endpoint(
    connection: Connection,
    endpoint_id: int,
    *,
    url: str,
    description: str | None,
    event_types: Sequence[str] | None,
    status: str,
    at: datetime,
) -> None:
    """Put all that a caller may change; the endpoint is taken to be well again."""
    types = None if event_types is None else list(event_types)
    values = (endpoint_id, url, description, types, status, at)
    await connection.execute(_SQL["change_endpoint"], *values)


async def rotate_secret(
    connection: Connection, endpoint_id: int, *, secret: bytes, earlier_until: datetime
) -> None:
    """Put another sealed secret; of those before it only the last signs on, until then."""
    await connection.execute(_SQL["rotate_secret"], endpoint_id, secret, earlier_until)


async def delete_endpoint(connection: Connection, endpoint_id: int, *, at: datetime) -> None:
    await connection.execute(_SQL["delete_endpoint"], endpoint_id, at)


async def subscribers(connection: Connection, organization_ids: Sequence[int]) -> list[Subscriber]:
    """List who wants to be told in these organisations; needs the worker role."""
    rows = await connection.fetch(_SQL["subscribers"], list(organization_ids))
    return [Subscriber(**{**row, "event_types": _set_of(row["event_types"])}) for row in rows]


async def told_from(connection: Connection) -> datetime | None:
    """Tell since when anybody wants to be told; needs the worker role."""
    return cast("datetime | None", await connection.fetchval(_SQL["told_from"]))


async def note_failing(connection: Connection, endpoint_id: int, *, at: datetime) -> None:
    await connection.execute(_SQL["note_failing"], endpoint_id, at)


async def note_well(connection: Connection, endpoint_id: int) -> None:
    await connection.execute(_SQL["note_well"], endpoint_id)


async def disable_endpoint(
    connection: Connection, endpoint_id: int, *, reason: str, failing_before: datetime | None
) -> Row | None:
    """Disable an endpoint and show it; None when it is not enabled, or has been well since."""
    row = await connection.fetchrow(_SQL["disable_endpoint"], endpoint_id, reason, failing_before)
    return None if row is None else dict(row)


async def forget_endpoints(connection: Connection, *, deleted_before: datetime) -> None:
    """Remove deleted endpoints that have no delivery left."""
    await connection.execute(_SQL["forget_endpoints"], deleted_before)


def _set_of(event_types: Sequence[str] | None) -> frozenset[str] | None:
    return None if event_types is None else frozenset(event_types)
