"""Statements about many records look each up by its whole key, whatever the statistics know.

A stream, or an organisation, that was loaded since they were gathered is taken for empty: what
then reads all of it for each record takes hours where it should take a moment.
"""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from fixtures.plans import loose, plan_of
from fixtures.postgres import Database
from tieout_runtime.queries import load_queries

LOADED = 30_000
CHUNK = list(range(1, 500))
KEYS = {"record": ("id", '"position"'), "record_change": ("id",), "statement_part": ("statement",)}
# What the statistics know, have not seen of a known organisation, and have not seen at all.
STREAMS = {"known": (1, 1), "new stream": (1, 2), "new organization": (2, 3)}
# Which values of a statement's arguments are the organisation and the stream is said by O and S.
O, S = "the organization", "the stream"  # noqa: E741  # as long as they are short the rows are
STATEMENTS: list[tuple[str, str, list[Any]]] = [
    ("records.sql", "records_by_id", [O, CHUNK, *[None] * 5, None, 10**9, 100, 0]),
    ("records.sql", "records_between", [O, 1, [S], *[None] * 5, 10**9, 100, 0]),
    ("routes.sql", "count_gone", [O, S, CHUNK]),
    ("routes.sql", "count_returned", [O, S, CHUNK]),
    ("routes.sql", "backfill_records", [O, S, 0, 10**9, 2000]),
    ("stream_operations.sql", "next_records", [O, S, 0, 10**9, 500]),
    ("stream_operations.sql", "write_deletions", [O, S, CHUNK, CHUNK]),
    ("statements.sql", "sums", [O, [1, 2], [0, 1], ["EUR", "EUR"], [0, 0], 100]),
    ("statements.sql", "records", [O, 1, 0, None, 0, 100]),
]
_GIVEN = "WITH given (o, s, many) AS (VALUES ($1::bigint, $2::bigint, $3::bigint)) "
_STREAMS = """INSERT INTO stream (organization_id, id, key, name, type, expected_days,
    arrival_grace_seconds, overlap, created_at)
    SELECT o, s, s::text, '', 'api', 1, 1, 'dedupe', now() FROM given"""
_RECORDS = """INSERT INTO record (organization_id, stream_id, id, version, position, identity,
    source, line, arrived_at, fields, raw)
    SELECT o, s, s * many + n, 1, s * many + n, n::text, 'csv_upload', 1, now(), '{}', '{}'
    FROM given, generate_series(1, many) AS n"""
_CHANGES = """INSERT INTO record_change (organization_id, stream_id, record_id, version, kind,
    account_id, fields, raw, state, next_attempt_at, created_at)
    SELECT o, s, s * many + n, 2, 'deletion', 1, '{}', 'null', 'done', now(), now()
    FROM given, generate_series(1, many) AS n"""
_PARTS = """INSERT INTO statement_part (organization_id, import_batch_id, item, statement, days,
    record_ids) SELECT o, s * many + n, 0, 0, '{}', ARRAY[n]
    FROM given, generate_series(1, many) AS n"""


@pytest.fixture(scope="module")
async def filled(module_database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Give a connection to ingest's tables, of which one stream is known to the statistics."""
    connection = await asyncpg.connect(module_database.url)
    await connection.execute("SET search_path = ingest")
    for label, place in STREAMS.items():
        for fill in (_STREAMS, _RECORDS, _CHANGES, _PARTS):
            await connection.execute(_GIVEN + fill, *place, LOADED)
        if label == "known":
            await connection.execute("ANALYZE")
    yield connection
    await connection.close()


def _with(arguments: Any, place: tuple[int, int]) -> Any:
    """Put the stream's numbers where they are named."""
    if isinstance(arguments, list):
        return [_with(one, place) for one in arguments]
    return place[0] if arguments is O else place[1] if arguments is S else arguments


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize(("file", "name", "arguments"), STATEMENTS)
async def test_records_are_looked_up_by_their_whole_key(
    filled: asyncpg.Connection, file: str, name: str, arguments: list[Any], stream: str
) -> None:
    query = load_queries("tieout_ingest", file)[name]

    plan = await plan_of(filled, query, _with(arguments, STREAMS[stream]))

    assert loose(plan, KEYS) == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM record WHERE organization_id = $1 AND stream_id = $2",
        "SELECT * FROM record WHERE organization_id = $1 AND stream_id = $2 AND id + 0 = 1",
        "SELECT * FROM record NATURAL JOIN stream WHERE organization_id = $1 AND stream_id = $2",
    ],
)
async def test_the_check_sees_half_a_key_a_filter_and_a_join_of_all(
    filled: asyncpg.Connection, query: str
) -> None:
    assert loose(await plan_of(filled, query, STREAMS["new stream"]), KEYS) != []
