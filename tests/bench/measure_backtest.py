"""What a backtest takes on this machine: `python tests/bench/measure_backtest.py [entries]`.

Pairs of 300 bytes of fields over 60 days, all matched, on a PostgreSQL of its own: read by the
matcher's own queries, decided and judged in this process. The time on the clock is that of a
machine with nothing else to do; CPU time hardly depends on that.
"""

import asyncio
import datetime as dt
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg

from tieout_local.own_postgres import OwnPostgres
from tieout_matcher.backtests import backtest
from tieout_matcher.domain.backtesting.past import Past
from tieout_matcher.domain.rule_draft import read_draft, rule_of
from tieout_matcher.domain.rule_split import Split, split
from tieout_matcher.store import past as past_store
from tieout_runtime.migrate import migrate_all

KEY = (1, 1)
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 3, 31)
FILL = """
INSERT INTO reconciliation (organization_id, id, name, run_type, sign_mode, timezone)
VALUES (1, 1, 'Measured', 'continuous', 'same', 'UTC');
INSERT INTO entry (organization_id, reconciliation_id, record_id, entry_no, version, stream_id,
                   side, match_id, overdue_at, fields)
SELECT 1, 1, n, n, 1, 1, CASE n %% 2 WHEN 0 THEN 'A' ELSE 'B' END, pair + 1, now(), convert_to(
    json_build_object(
        'amount_minor', (100 + pair::bigint * 7919 %% 9999999)::text, 'exponent', 2,
        'currency', 'EUR', 'direction', 'credit',
        'date', date '2026-01-01' + pair * 31 %% 60 + n %% 2 * (pair %% 3),
        'description', 'Payment of customer ' || pair %% 1000,
        'counterparty', 'C' || pair %% 1000,
        'reference', CASE n %% 2 WHEN 0 THEN 'INV-' ELSE '' END || lpad(pair::text, 8, '0'),
        'metadata', json_build_object('remittance', repeat('R', 100)))::text, 'UTF8')
FROM (SELECT n, (n - 1) / 2 AS pair FROM generate_series(1, %d) AS n) AS numbered;
INSERT INTO match (organization_id, id, reconciliation_id, kind, members, created_at)
SELECT 1, n, 1, 'exact', ARRAY[2 * n, 2 * n - 1], now() FROM generate_series(1, %d / 2) AS n
"""
DIGITS = {"transforms": {"key": "digits_only", "value": "digits_only"}}
REFERENCE: Any = {"key": "reference", "value": "reference"} | DIGITS
AMOUNT: Any = {"key": "amount", "value": "amount"}
NEAR: Any = AMOUNT | {"tolerance_amount": 1}
DAYS: Any = {"key": "date", "value": "date", "tolerance_amount": 3, "tolerance_unit": "day"}
RULES: dict[str, list[list[Any]]] = {
    "reference, on arrival": [[REFERENCE]],
    "reference and tolerances": [[REFERENCE], [REFERENCE, NEAR, DAYS]],
    "all by amount and days": [[AMOUNT, DAYS]],
}


async def measure(url: str, entries: int) -> None:
    await migrate_all(url, role_password="only-for-this-run")  # noqa: S106  # thrown away with it
    session = {"search_path": "matcher", "jit": "off"}  # as the services have it
    connection = await asyncpg.connect(url, server_settings=session)
    await connection.execute(FILL % (entries, entries))
    began, cpu = time.perf_counter(), time.process_time()
    past = await past_store.of_window(
        connection, KEY, sign_mode="same", date_from=FIRST, date_to=LAST, limit=entries
    )
    _report("read", began, cpu)
    for name, rules in _rules():
        began, cpu = time.perf_counter(), time.process_time()
        _decide(past, rules)
        _report(name, began, cpu)
    await connection.close()


def _decide(past: Past, rules: Split) -> None:
    found = backtest(past, rules)
    assert found.truth == len(past.matches)
    assert found.accepted.precision is not None


def _rules() -> Iterator[tuple[str, Split]]:
    for name, leaves in RULES.items():
        drafts = [read_draft({"reconciliation_id": 1, "filters": {"rules": one}}) for one in leaves]
        yield (
            name,
            split(
                [
                    rule_of(rule_id=n, version=1, priority=n, status="active", stored=one.stored)
                    for n, one in enumerate(drafts, start=1)
                ],
                run_type="continuous",
            ),
        )


def _report(name: str, began: float, cpu: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(
        f"{name:26} clock {time.perf_counter() - began:6.2f} s, "
        f"CPU {time.process_time() - cpu:6.2f} s, at most {peak} MiB\n"
    )


def main(entries: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="tieout-backtest-"))
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
