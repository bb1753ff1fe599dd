"""How a stream fares: counts that cost no more than a few look-ups."""

from datetime import datetime

from msgspec import Struct

from tieout_ingest.store.bulk import STUCK_AFTER
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_ingest", "health.sql")
BULK_STATUSES = ("pending", "processing", "completed", "failed", "cancelled")


class Health(Struct, frozen=True, kw_only=True):
    """`bulk_requests` counts by status, and those of them that are `stuck`.

    Import batches whose records were withdrawn by a reset are left out.
    """

    records_count: int
    import_batches_count: int
    import_batches_record_sum: int
    orphan_records_count: int
    bulk_requests: dict[str, int]
    last_ingestion_at: datetime | None


async def health_of(
    connection: Connection, *, organization_id: int, stream_id: int, at: datetime
) -> Health:
    """Count what a stream that is known to exist holds."""
    row = await connection.fetchrow(_SQL["health"], organization_id, stream_id)
    counted = dict.fromkeys((*BULK_STATUSES, "stuck"), 0)
    for one in await connection.fetch(
        _SQL["health_of_bulk"], organization_id, stream_id, at - STUCK_AFTER
    ):
        counted[one["status"]] = one["requests"]
        counted["stuck"] += one["stuck"]
    return Health(**row, bulk_requests=counted)
