"""What a balance proof takes on this machine: `python tests/bench/measure_proof.py [entries]`.

Entries of 300 bytes of fields, nine of ten matched, on a PostgreSQL of its own; through the
services' own queries and arithmetic: the equation now and as of a time, a page of a term, and
statement days that hold as many records, all on one page. The time on the
clock is that of a machine with nothing else to do; the server's CPU time hardly depends on that.
"""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from tieout_ingest.store import statements
from tieout_local.own_postgres import OwnPostgres
from tieout_matcher.domain.balance import prove
from tieout_matcher.store import balance, balance_entries
from tieout_runtime.migrate import migrate_all

KEY = (1, 1)
LISTED, ROUNDS = 100, 5
LATER = datetime(2100, 1, 1, tzinfo=UTC)
FILL = """
INSERT INTO reconciliation (organization_id, id, name, run_type, sign_mode, timezone, seq)
VALUES (1, 1, 'Measured', 'continuous', 'same', 'UTC', {entries});
INSERT INTO outbox (organization_id, topic, key, first_seq, last_seq, messages, payload)
VALUES (1, 'matches.v1', '1', 1, {entries}, {entries}, '');
INSERT INTO entry (organization_id, reconciliation_id, record_id, entry_no, version, stream_id,
                   side, overdue_at, fields)
SELECT 1, 1, n, n, 1, 1, CASE n % 2 WHEN 0 THEN 'A' ELSE 'B' END, now(), convert_to(
    json_build_object(
        'amount_minor', ((n + 1) / 2 * 7 % 100000)::text, 'exponent', 2, 'currency', 'EUR',
        'direction', 'credit', 'date', '2024-01-01', 'description', 'Invoice ' || n,
        'metadata', json_build_object('end_to_end_id', repeat('E', 20), 'debtor_name',
            repeat('N', 30), 'remittance', repeat('R', 100)))::text, 'UTF8')
FROM generate_series(1, {entries}) AS n;
INSERT INTO open_entry (organization_id, reconciliation_id, entry_no, record_id, keys)
SELECT 1, 1, n, n, '{{}}' FROM generate_series(1, {entries}) AS n WHERE n > {matched};
INSERT INTO match (organization_id, id, reconciliation_id, kind, members, created_at)
SELECT 1, n, 1, 'exact', ARRAY[2 * n, 2 * n - 1], now() FROM generate_series(1, {matched} / 2) AS n
"""

DAYS = 100
FILL_DAYS = """
INSERT INTO stream (organization_id, id, key, name, type, expected_days, arrival_grace_seconds,
                    overlap, created_at)
VALUES (1, 1, 'bank', 'Bank', 'api', 2, 0, 'dedupe', now());
INSERT INTO import_batch (organization_id, id, stream_id, source, filename, sha256, size_bytes,
                          spool_name, status, created_at, progressed_at, completed_at, statements)
SELECT 1, day, 1, 'camt_upload', '', day::text::bytea, 1, '', 'completed', now(), now(), now(),
       jsonb_build_array(jsonb_build_object('statement', 1, 'account', 'A', 'id', day::text,
           'currency', 'EUR', 'entries', 1, 'sum_credits', '0', 'sum_debits', '0', 'booked', '0',
           'opening', '0', 'opening_type', 'OPBD', 'closing', ({entries} / {days})::text,
           'balance_check', 'ties', 'day', date '2024-01-01' + day))
FROM generate_series(1, {days}) AS day;
INSERT INTO record (organization_id, stream_id, id, version, position, routable, source,
                    arrived_at, fields, raw)
SELECT 1, 1, n, 1, n, true, 'camt_upload', now(), convert_to(json_build_object(
        'amount_minor', '100', 'exponent', 2, 'currency', 'EUR', 'direction', 'credit',
        'date', '2024-01-01', 'description', 'Invoice ' || n,
        'metadata', json_build_object('remittance', repeat('R', 200)))::text, 'UTF8'), ''
FROM generate_series(1, {entries}) AS n;
INSERT INTO statement_part (organization_id, import_batch_id, statement, item, days, record_ids)
SELECT 1, 1 + n % {days}, 1, 0, '{{}}', array_agg(n) FROM generate_series(1, {entries}) AS n
GROUP BY n % {days}
"""


async def measure(url: str, entries: int) -> None:
    await migrate_all(url, role_password="only-for-this-run")  # noqa: S106  # thrown away with it
    session = {"search_path": "matcher", "jit": "off"}  # as the services have it
    connection = await asyncpg.connect(url, server_settings=session)
    matched = entries * 9 // 10 // 2 * 2
    await connection.execute(FILL.format(entries=entries, matched=matched))
    for name, as_of in (("now", None), ("as of", LATER)):
        await report(name, connection, lambda: _prove(connection, as_of))  # noqa: B023  # awaited within the round
    await report("a page of open_a", connection, lambda: _page(connection))
    await connection.execute("SET search_path = ingest")
    await connection.execute(FILL_DAYS.format(entries=entries, days=DAYS))
    await report(f"{DAYS} statement days", connection, lambda: _days(connection))
    await connection.close()


async def report(
    name: str, connection: asyncpg.Connection, run: Callable[[], Awaitable[None]]
) -> None:
    """Write the best and worst of some rounds in seconds; of the CPU only the server's."""
    server = Path(f"/proc/{await connection.fetchval('SELECT pg_backend_pid()')}/stat")
    clock, cpu = [], []
    for _ in range(ROUNDS):
        began, before = time.perf_counter(), _cpu_seconds(server)
        await run()
        clock.append(time.perf_counter() - began)
        cpu.append(_cpu_seconds(server) - before)
    sys.stdout.write(
        f"{name:20} clock {min(clock):5.2f} to {max(clock):5.2f} s, "
        f"CPU {min(cpu):5.2f} to {max(cpu):5.2f} s\n"
    )


def _cpu_seconds(process: Path) -> float:
    times = process.read_text("ascii").rpartition(")")[2].split()
    return sum(map(int, times[11:13])) / os.sysconf("SC_CLK_TCK")


async def _prove(connection: asyncpg.Connection, as_of: datetime | None) -> None:
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        standing = await balance.find(connection, KEY, as_of=as_of)
        assert standing is not None
        proofs = prove(
            await balance.entry_sums(connection, standing, listed=LISTED),
            await balance.adjustment_sums(connection, standing, listed=LISTED),
            await balance.opening_balances(connection, standing),
            sign_mode=standing.sign_mode,
            listed=LISTED,
        )
    assert [one.proven for one in proofs] == [True]


async def _page(connection: asyncpg.Connection) -> None:
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        standing = await balance.find(connection, KEY, as_of=None)
        assert standing is not None
        found = await balance_entries.entries(
            connection, standing, currency="EUR", side="A", where="open", after=0, limit=50
        )
    assert len(found) == 50


async def _days(connection: asyncpg.Connection) -> None:
    found = await statements.of_streams(connection, organization_id=1, sides={1: "A"}, as_of=None)
    groups = [[one] for one in found]
    booked, _ = await statements.sums(connection, organization_id=1, groups=groups)
    assert [one.difference(booked[one.place].sum.amount) for one in found] == [0] * DAYS


def main(entries: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="tieout-proof-"))
    folder.chmod(0o711)  # an unprivileged user runs PostgreSQL below it
    server = OwnPostgres(folder=folder / "postgres", log_path=folder / "log")
    server.start()
    try:
        asyncio.run(measure(server.url, entries))
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
