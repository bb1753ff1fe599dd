"""All cases at once: the first byte soon, and never held whole by the gateway or its owner."""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import msgspec
import pytest

from fixtures.public_api import PublicApi
from fixtures.stack import RunningStack

# Measured once with 100,000 (docs/dialects/reconlayer.md); the suite takes fewer.
CASES = int(os.environ.get("TIEOUT_TEST_EXPORT_CASES", "10000"))
FIRST_BYTE_S, GROWTH_BYTES = 1.0, 100_000_000
EXPORT = "/v1/exports/reconciliation-cases"
ShowTable: TypeAlias = Callable[[Sequence[Sequence[object]]], None]
_FIELDS: dict[str, Any] = {
    "amount_minor": "125000", "exponent": 2, "currency": "EUR", "direction": "credit",
    "date": "2026-02-20", "counterparty": "Acme GmbH", "metadata": {"payment_type": "bank"},
}  # fmt: skip
# As the projection writes them: an intent, its case, one piece of evidence, one audit event each.
_FILL = """
WITH numbers AS (SELECT generate_series(1, $2) + 1000000 AS n),
intents AS (INSERT INTO exceptions.payment_intent
    SELECT $1, n, 1, 'INV-' || n, $3, now(), now() FROM numbers),
cases AS (INSERT INTO exceptions.payment_case
    SELECT $1, n, $4, n, 'INV-' || n, 'open', 'unreconciled', false, NULL, NULL, now(), now(),
           now(), 1 FROM numbers),
evidence AS (INSERT INTO exceptions.case_evidence
    SELECT $1, n + 5000000, 1, 1, 'INV-' || n, $3, now() FROM numbers)
INSERT INTO exceptions.case_event
    SELECT $1, n, n, n, NULL, 'case.opened', 'system', NULL, 'The payment is expected', now()
    FROM numbers
"""


def resident_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    line = next(one for one in status.splitlines() if one.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


def family(pid: int) -> list[int]:
    """Give a process and its children: a server may have workers."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [pid, *(one for child in children for one in family(int(child)))]


@pytest.fixture(scope="module")
async def filled(api: PublicApi, stack: RunningStack) -> PublicApi:
    body = {"externalReference": "first", "destination": {"amount": "1", "currency": "EUR"}}
    await api.post("/v1/payment-intents", body)
    organization = api.organization.organization_id
    connection = await asyncpg.connect(stack.postgres_url)
    try:
        book = await connection.fetchval(
            "SELECT reconciliation_id FROM exceptions.case_book WHERE organization_id = $1",
            organization,
        )
        await connection.execute(_FILL, organization, CASES, msgspec.json.encode(_FIELDS), book)
        await connection.execute("ANALYZE exceptions.payment_case, exceptions.case_evidence")
    finally:
        await connection.close()
    return api


@pytest.mark.parametrize("form", ["json", "csv"])
async def test_an_export_streams(
    filled: PublicApi, stack: RunningStack, form: str, show_table: ShowTable
) -> None:
    services = {
        name: family(stack.local.instances_of(name)[0].running.identity.pid)
        for name in ("gateway", "exceptions")
    }

    def resident() -> dict[str, int]:
        return {name: sum(map(resident_bytes, pids)) for name, pids in services.items()}

    before, most = resident(), resident()
    size, last, first_byte_s = 0, b"", 0.0
    started = time.monotonic()

    async with filled.client.stream("GET", EXPORT, params={"format": form}) as answer:
        async for part in answer.aiter_bytes():
            first_byte_s = first_byte_s or time.monotonic() - started
            size, last = size + len(part), (last + part)[-200:]
            most = {name: max(most[name], now) for name, now in resident().items()}
            await asyncio.sleep(0)

    seconds = time.monotonic() - started
    growth = {name: most[name] - before[name] for name in most}
    show_table([
        ("format", "MB", "first byte s", "seconds", "gateway grew MB", "exceptions grew MB"),
        (form, size // 10**6, round(first_byte_s, 2), round(seconds, 1),
         *(grown // 10**6 for grown in growth.values())),
    ])  # fmt: skip
    assert first_byte_s < FIRST_BYTE_S
    assert max(growth.values()) < GROWTH_BYTES
    assert form == "csv" or int(last.split(b'"total":')[1].split(b",")[0]) >= CASES
