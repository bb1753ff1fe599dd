"""Operations: stored before anything is asked of the matcher, taken up again by the resumer."""

from dataclasses import dataclass
from datetime import datetime

from tieout_exceptions.domain.operations import FIRST_PAUSE, LONGEST_PAUSE, Operation
from tieout_exceptions.store.rows import operation_of
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_exceptions", "operations.sql")


@dataclass(frozen=True, kw_only=True)
class Due:
    """An operation to try again, and whose it is."""

    organization_id: int
    operation: Operation


async def next_operation_id(connection: Connection) -> int:
    return int(await connection.fetchval(_SQL["next_id"]))


async def add_operation(
    connection: Connection, *, organization_id: int, operation: Operation
) -> None:
    await connection.execute(
        _SQL["add"],
        organization_id,
        operation.id,
        operation.reconciliation_id,
        operation.break_id,
        operation.record_id,
        operation.account_id,
        operation.former_status,
        operation.notes,
        operation.override_reason,
        list(operation.counterpart_record_ids),
        operation.residual_treatment,
        operation.next_attempt_at,
        operation.created_at,
        operation.resolution_type,
        operation.adjust_amount,
        operation.adjust_currency,
        operation.effective_at,
        operation.state,
    )


async def find_operation(
    connection: Connection, *, organization_id: int, operation_id: int
) -> Operation:
    """Load an operation that is known to exist."""
    return operation_of(await connection.fetchrow(_SQL["find"], organization_id, operation_id))


async def take_due(connection: Connection, *, now: datetime, limit: int) -> list[Due]:
    """Take operations whose next try is due; each is counted before it is made."""
    rows = await connection.fetch(_SQL["take_due"], now, LONGEST_PAUSE, FIRST_PAUSE, limit)
    return [
        Due(organization_id=row["organization_id"], operation=operation_of(row)) for row in rows
    ]
