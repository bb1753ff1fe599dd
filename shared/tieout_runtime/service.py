"""The plumbing of a service that takes and emits events: opened together, closed in order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from tieout_runtime import outbox
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.health import Check
from tieout_runtime.kafka import Broker, make_broker, start_producer
from tieout_runtime.migrate import assert_at_head
from tieout_runtime.postgres import TRANSIENT_ERRORS, Pool, borrowed, open_pool
from tieout_runtime.run import Tasks, Wakeup
from tieout_runtime.settings import CommonSettings

RETRY_S = 0.5
MAX_OUTBOX_AGE_S = 60.0
_log = structlog.get_logger(__name__)
Opened = TypeVar("Opened")


@dataclass(frozen=True, kw_only=True)
class Plumbing:
    """`broker` has no subscriber yet: subscribe, then `await start()`."""

    service: str
    api: Pool
    worker: Pool
    producer: AIOKafkaProducer
    broker: Broker
    tasks: Tasks
    failpoint: Failpoint

    async def start(self) -> None:
        """Start consuming; waits for a broker that is not there yet."""
        await patiently("broker", self.broker.start)

    def checks(self) -> Mapping[str, Check]:
        """Return what readiness asks of every such service."""
        return {
            "database": self._database,
            "broker": self._broker,
            "consumers": self._consumers,
            "outbox": self._outbox,
            "tasks": self.tasks.check,
        }

    async def _database(self) -> str | None:
        for pool in (self.api, self.worker):
            async with borrowed(pool) as connection:
                await assert_at_head(connection, self.service)
        return None

    async def _broker(self) -> str | None:
        await self.producer.client.fetch_all_metadata()
        return None

    async def _consumers(self) -> str | None:
        """Check that each consumes; one without partitions is well: others have them."""
        for subscriber in self.broker.subscribers:
            tasks = getattr(subscriber, "tasks", ())
            if not subscriber.running or all(task.done() for task in tasks):
                return "a consumer has stopped"
        return None

    async def _outbox(self) -> str | None:
        async with borrowed(self.worker) as connection:
            age = await outbox.oldest_unpublished_seconds(connection)
        return f"events wait for {age:.0f} s" if age > MAX_OUTBOX_AGE_S else None


@asynccontextmanager
async def open_plumbing(
    settings: CommonSettings,
    *,
    service: str,
    api_connections: int,
    worker_connections: int,
    worker_session: Mapping[str, str] | None = None,
) -> AsyncIterator[Plumbing]:
    """Open pools, producer and relay, waiting for servers that are not there yet.

    Raises SchemaMismatchError when the database is not migrated to this program. On leaving:
    the broker stops after its delivery in hand, then tasks, producer and pools.
    """
    async with AsyncExitStack() as stack:
        relay_wakeup = Wakeup()
        worker = await open_pool(
            settings,
            service=service,
            role="worker",
            max_connections=worker_connections,
            session=worker_session,
            on_growth=relay_wakeup.wake,
        )
        stack.push_async_callback(worker.close)
        api = await open_pool(
            settings,
            service=service,
            role="api",
            max_connections=api_connections,
            on_growth=relay_wakeup.wake,
        )
        stack.push_async_callback(api.close)
        await patiently("database", lambda: _assert_at_head(worker, service))
        producer = await patiently("broker", lambda: start_producer(settings, service=service))
        stack.push_async_callback(producer.stop)
        failpoint = Failpoint(armed=settings.failpoint)
        relay = outbox.Relay(
            pool=worker,
            producer=producer,
            topic_prefix=settings.topic_prefix,
            service=service,
            failpoint=failpoint,
            wakeup=relay_wakeup,
        )
        tasks = Tasks()
        stack.push_async_callback(tasks.stop)
        tasks.start("relay", relay.run)
        broker = make_broker(settings, service=service)
        stack.push_async_callback(broker.stop)
        yield Plumbing(
            service=service,
            api=api,
            worker=worker,
            producer=producer,
            broker=broker,
            tasks=tasks,
            failpoint=failpoint,
        )


async def patiently(what: str, make: Callable[[], Awaitable[Opened]]) -> Opened:
    """Try until a server that is down answers; any other error is raised."""
    while True:
        try:
            return await make()
        except (*TRANSIENT_ERRORS, KafkaError) as error:
            _log.warning("waiting", server=what, error=repr(error))
            await asyncio.sleep(RETRY_S)


async def _assert_at_head(pool: Pool, service: str) -> None:
    async with borrowed(pool) as connection:
        await assert_at_head(connection, service)
