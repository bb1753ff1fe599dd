"""Ingest as the program it is, on real Postgres and a real broker."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from fixtures.run import current_run
from tieout_local.ports import LOOPBACK, free_port
from tieout_local.service import ServiceAddress, ServiceInstance

from .service import Service, client_of, common_settings, environment_of, open_pool_and_topics

DIES_WITHIN_S = 30


@dataclass(kw_only=True)
class Program(Service):
    """One instance, which a test starts."""

    instance: ServiceInstance

    async def start(self, *, dying_at: str = "", wait: bool = True) -> None:
        """Start it; it kills itself at a failpoint, where one is named."""
        armed = {"TIEOUT_FAILPOINT": dying_at}
        await asyncio.to_thread(self.instance.start, wait=wait, extra_environment=armed)

    async def died(self) -> int:
        """Wait until it has died; gives the exit code."""
        return await asyncio.to_thread(self.instance.running.process.wait, DIES_WITHIN_S)


def _instance(address: ServiceAddress, environment: dict[str, str]) -> ServiceInstance:
    run = current_run()
    return ServiceInstance(
        address=address,
        environment=environment,
        log_path=run.logs / f"{address.name}-{address.port}.log",
        register=run.register,
        python=sys.executable,
    )


@asynccontextmanager
async def open_program(
    database: Database, kafka: KafkaForTest, folder: Path
) -> AsyncIterator[Program]:
    address = ServiceAddress(service="ingest", name="ingest", port=free_port())
    environment = environment_of(database, kafka) | {
        "TIEOUT_INSTANCE": "ingest-1",  # its successor takes over at once
        "TIEOUT_INGEST_URL": address.url,
        "TIEOUT_INGEST_HOST": LOOPBACK,
        "TIEOUT_INGEST_PORT": str(address.port),
        "TIEOUT_INGEST_SPOOL_DIR": str(folder / "spool"),
    }
    common = common_settings(database, kafka, ingest_url=address.url)
    async with open_pool_and_topics(common, kafka) as pool, client_of(address.url) as client:
        instance = _instance(address, environment)
        program = Program(
            client=client, pool=pool, kafka=kafka, environment=environment, instance=instance
        )
        try:
            yield program
        finally:
            if instance.child is not None:
                await asyncio.to_thread(instance.stop)
