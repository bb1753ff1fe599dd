"""Limits above which a resolution waits for another actor, and what that one said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tieout_exceptions.domain.operations import Operation
from tieout_exceptions.store.rows import operation_of
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_exceptions", "approvals.sql")


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What one actor may resolve alone, in major units of a currency."""

    currency: str
    amount: Decimal


async def limit_of(
    connection: Connection, *, organization_id: int, currency: str
) -> Decimal | None:
    """Return the limit in major units; None is no limit."""
    amount: Decimal | None = await connection.fetchval(_SQL["limit_of"], organization_id, currency)
    return amount


async def limits_of(connection: Connection, *, organization_id: int) -> list[Limit]:
    rows = await connection.fetch(_SQL["limits"], organization_id)
    return [Limit(currency=row["currency"], amount=row["amount"]) for row in rows]


async def replace_limits(
    connection: Connection, limits: Sequence[Limit], *, organization_id: int
) -> None:
    """Keep these and no others."""
    await connection.execute(_SQL["lock_limits"], organization_id)
    await connection.execute(_SQL["remove_limits"], organization_id)
    await connection.execute(
        _SQL["add_limits"],
        organization_id,
        [one.currency for one in limits],
        [one.amount for one in limits],
    )


async def review(
    connection: Connection,
    operation: Operation,
    *,
    organization_id: int,
    approved: bool,
    reviewer_id: int,
    notes: str | None,
    at: datetime,
    next_attempt_at: datetime,
) -> Operation:
    """Note a review of an operation that waits for one; returns it as it stands then."""
    row = await connection.fetchrow(
        _SQL["review"],
        organization_id,
        operation.id,
        approved,
        reviewer_id,
        at,
        notes,
        next_attempt_at,
    )
    return operation_of(row)
