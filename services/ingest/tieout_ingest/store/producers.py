"""Producers: upstream systems that may publish transactions."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_ingest", "producers.sql")


class Producer(Struct, frozen=True, kw_only=True):
    """Without a `public_key` the broker's own access list is trusted."""

    id: int
    organization_id: int
    public_key: bytes | None
    stream_ids: list[int]


async def create(
    connection: Connection,
    *,
    organization_id: int,
    name: str,
    public_key: bytes | None,
    stream_ids: list[int],
    at: datetime,
) -> int:
    return int(
        await connection.fetchval(
            _SQL["create_producer"], organization_id, name, public_key, stream_ids, at
        )
    )


async def find_many(connection: Connection, ids: Iterable[int]) -> dict[int, Producer]:
    rows = await connection.fetch(_SQL["producers"], sorted(set(ids)))
    return {row["id"]: Producer(**row) for row in rows}
