from collections.abc import AsyncIterator, Iterator

import pytest
import structlog
from aiokafka import AIOKafkaProducer

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from integration.runtime.places import SERVICE, settings_for
from tieout_ops.topics import create_topics
from tieout_runtime.kafka import start_producer
from tieout_runtime.postgres import Pool, open_pool


@pytest.fixture(autouse=True)
def _quiet_logs() -> Iterator[None]:
    """Render no traceback of the failures that tests provoke by the hundred."""
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
async def worker(database: Database) -> AsyncIterator[Pool]:
    pool = await open_pool(
        settings_for(database), service=SERVICE, role="worker", max_connections=8
    )
    yield pool
    await pool.close()


@pytest.fixture
async def api(database: Database) -> AsyncIterator[Pool]:
    pool = await open_pool(settings_for(database), service=SERVICE, role="api", max_connections=10)
    yield pool
    await pool.close()


@pytest.fixture
async def producer(database: Database, kafka: KafkaForTest) -> AsyncIterator[AIOKafkaProducer]:
    """Give a producer on topics of four partitions."""
    await create_topics(kafka.bootstrap, prefix=kafka.topic_prefix, partitions=4, replicas=1)
    producer = await start_producer(settings_for(database, kafka), service=SERVICE)
    yield producer
    await producer.stop()
