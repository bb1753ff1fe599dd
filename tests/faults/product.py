"""The product under faults, and the checker that stands outside of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import httpx2

from faults.broker import Broker
from fixtures.public_api import PublicApi, until
from tieout_local.service import ServiceInstance
from tieout_local.stack import LocalStack
from tieout_ops.verify import verify
from tieout_ops.verify_report import as_table

TODAY = datetime.now(tz=UTC).date()  # noqa: TID251  # what is dated today is not late during a test
QUIET = timedelta(seconds=90)
DEATH_S = 60.0
Seen = TypeVar("Seen")


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """A reconciliation of two streams by one rule: what has the same external id and amount."""

    name: str
    stream_a: int
    stream_b: int
    reconciliation_id: int

    @property
    def key_a(self) -> str:
        return f"{self.name}-a"

    @property
    def key_b(self) -> str:
        return f"{self.name}-b"


@dataclass(frozen=True, kw_only=True)
class Product:
    local: LocalStack
    api: PublicApi
    broker: Broker

    def first(self, service: str) -> ServiceInstance:
        return self.local.services[f"{service}-1"]

    async def ledger(self, name: str) -> Ledger:
        """Make one; on return everybody has heard of it and no event is under way."""
        a, b = [await self.api.stream(f"{name}-{side}") for side in "ab"]
        made = await self.api.reconciliation(name, side_a=[a], side_b=[b])
        await self.api.rule(made, "external_id")
        await self.api.decided(made, 0)
        await until(self.broker.lag, lambda waiting: waiting == 0)
        return Ledger(name=name, stream_a=a, stream_b=b, reconciliation_id=made)

    async def upload(self, stream_key: str, content: str, *, key: str) -> httpx2.Response:
        """Upload as a careful caller does: what has no answer is asked again with its key."""

        async def ask() -> httpx2.Response | None:
            try:
                return await self.api.client.post(
                    f"/v1/data_streams/{stream_key}/imports",
                    files={"file": (f"{key}.csv", content)},
                    headers={"x-idempotency-key": key},
                )
            except httpx2.TransportError:
                return None

        answer = await until(ask, lambda one: one is not None and one.status_code < 500)
        assert answer is not None
        assert answer.is_success, answer.text
        return answer

    async def one(self, question: str, *arguments: object) -> Any:
        """Ask the database itself for one value, as its administrator."""
        connection = await asyncpg.connect(self.local.postgres.url)
        try:
            return await connection.fetchval(question, *arguments)
        finally:
            await connection.close()

    async def entries(self, ledger: Ledger) -> int:
        return int(
            await self.one(
                "SELECT count(*) FROM matcher.entry WHERE reconciliation_id = $1",
                ledger.reconciliation_id,
            )
        )

    async def all_matched(self, ledger: Ledger, rows: int, *, within_s: float = 90) -> None:
        """Wait until both sides of so many rows are decided: all of them are pairs."""
        progress = await self.api.decided(ledger.reconciliation_id, 2 * rows, within_s=within_s)
        assert (progress.matched, progress.unmatched) == (2 * rows, 0)

    async def holds(self) -> None:
        """Assert every invariant, and that nothing waits for a consumer.

        That is waited for first: to look at what is still under way would be in vain.
        """
        await until(self.broker.lag, lambda waiting: waiting == 0)
        report = await verify(
            self.local.postgres.url,
            role_password=self.local.secrets.role_password,
            wait=QUIET,
        )
        assert report.holds, as_table(report)
        assert report.seen["matches"] > 0
        await until(self.broker.lag, lambda waiting: waiting == 0)


def rows_of(first: int, count: int) -> str:
    """Write a CSV file of payments with the numbers first, first + 1 and so on."""
    lines = [
        f"{TODAY},{number % 9973 + 1}.{number % 100:02},EUR,credit,payment {number},p{number}"
        for number in range(first, first + count)
    ]
    return "\n".join(["date,amount,currency,direction,description,external_id", *lines, ""])


async def death_of(instance: ServiceInstance) -> int:
    """Wait until a process has died by itself and disarm it; returns its exit code."""
    code = await asyncio.to_thread(instance.running.process.wait, DEATH_S)
    arm(instance, "")
    return code


def arm(instance: ServiceInstance, failpoint: str) -> None:
    """Have an instance, as it runs or is started next, kill itself there."""
    failpoint_file(instance.log_path.parent, instance.address.name).write_text(failpoint, "utf-8")


def failpoint_file(logs: Path, name: str) -> Path:
    """Return where the instance of that name reads which failpoint is armed."""
    return logs / f"{name}.failpoint"


async def seconds_until(
    probe: Callable[[], Awaitable[Seen]], holds: Callable[[Seen], bool]
) -> float:
    begun = time.monotonic()
    await until(probe, holds)
    return time.monotonic() - begun
