"""L: the same job as one batch program: polars parses, COPY loads, one statement matches.

No Kafka, no events, no explanation: what a team writes in an afternoon, 5,000 records a
transaction, with the open entries resident and every commit durable.
"""

import io
import re
import time
from pathlib import Path
from typing import Any

import asyncpg
import polars as pl
from workload import CSV_HEADER, Row, csv_line

TRANSACTION_RECORDS = 5_000
_STAGED = ["id", "reconciliation", "side", "cents", "day", "description"]


def _queries() -> dict[str, str]:
    text = Path(__file__).with_name("baseline.sql").read_text("utf-8")
    parts = re.split(r"^-- name: (\w+)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


class Baseline:
    """A database of its own on the same server."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._sql = _queries()
        self._next_id = 1

    @classmethod
    async def open(cls, server_url: str, resident: list[Row]) -> "Baseline":
        admin = await asyncpg.connect(server_url)
        await admin.execute("DROP DATABASE IF EXISTS baseline")
        await admin.execute("CREATE DATABASE baseline")
        await admin.close()
        url = server_url.rpartition("/")[0] + "/baseline"
        settings = {"enable_seqscan": "off", "enable_mergejoin": "off", "jit": "off"}
        connection = await asyncpg.connect(url, server_settings=settings)
        baseline = cls(connection)
        await connection.execute(baseline._sql["schema"])
        await connection.execute(baseline._sql["stage"])
        await baseline.run(resident)
        return baseline

    async def close(self) -> None:
        await self._connection.close()

    async def vacuum(self) -> None:
        await self._connection.execute("VACUUM ANALYZE")

    async def run(self, rows: list[Row]) -> float:
        """Load and match; returns records a second, from CSV text to the last commit."""
        texts = [
            CSV_HEADER.replace("date", "reconciliation,side,date", 1)
            + "".join(f"{row.reconciliation},{row.side},{csv_line(row)}" for row in part)
            for part in _parts(rows)
        ]
        began = time.perf_counter()
        for text in texts:
            await self._transaction(text)
        return len(rows) / (time.perf_counter() - began)

    async def _transaction(self, text: str) -> None:
        frame = pl.read_csv(io.BytesIO(text.encode()), try_parse_dates=True)
        frame = frame.with_columns(
            (pl.col("amount") * 100).round().cast(pl.Int64).alias("cents"),
            pl.int_range(self._next_id, self._next_id + len(frame)).alias("id"),
            pl.col("date").alias("day"),
        )
        self._next_id += len(frame)
        columns = [*_STAGED, "currency", "direction", "external_id"]
        async with self._connection.transaction():
            await self._connection.copy_records_to_table(
                "record", records=frame.select(columns).rows(), columns=columns
            )
            await self._connection.copy_records_to_table(
                "stage", records=frame.select(_STAGED).rows(), columns=_STAGED
            )
            await self._connection.execute(self._sql["match"])


def _parts(rows: list[Row]) -> list[list[Row]]:
    return [
        rows[start : start + TRANSACTION_RECORDS]
        for start in range(0, len(rows), TRANSACTION_RECORDS)
    ]
