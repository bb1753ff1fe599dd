"""What a PostgreSQL server answers, asked over a connection of its own."""

import asyncpg

from tieout_local.blocking import run_to_end

_CONNECT_SECONDS = 5


def ask(url: str, question: str) -> str:
    """Run a statement and give the first column of its first row as text."""
    return run_to_end(_ask_once(url, question))


async def _ask_once(url: str, question: str) -> str:
    connection = await asyncpg.connect(url, timeout=_CONNECT_SECONDS)
    try:
        return str(await connection.fetchval(question))
    finally:
        await connection.close()
