"""COPY, and numbers as the text of arrays: the two cheap ways to hand PostgreSQL a set.

Rows with arrays go as text: the driver encodes an array of two numbers slower than a whole row.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from io import BytesIO

from tieout_runtime.postgres import Connection

NULL = r"\N"


def array_text(numbers: Iterable[int]) -> str:
    """Write numbers as PostgreSQL writes an array: `{1,2}`."""
    return "{" + ",".join(map(str, numbers)) + "}"


@lru_cache(maxsize=4096)
def time_text(moment: datetime | None) -> str:
    """Write a time, or null, for COPY in text format."""
    return NULL if moment is None else moment.isoformat()


async def copy_rows(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """COPY rows in the binary format."""
    if rows:
        await connection.copy_records_to_table(table, records=rows, columns=list(columns))


async def copy_text(
    connection: Connection, table: str, columns: Sequence[str], lines: Sequence[str]
) -> None:
    """COPY tab-separated lines of numbers, times and plain words (nothing that needs escaping)."""
    if lines:
        source = BytesIO("".join(lines).encode())
        await connection.copy_to_table(table, source=source, columns=list(columns), format="text")
