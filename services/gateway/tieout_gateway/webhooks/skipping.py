"""Going on with what is wanted now, after a time in which nothing was."""

from datetime import datetime

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import CommitFailedError

from tieout_contracts.topics import Topic
from tieout_runtime.settings import CommonSettings

_log = structlog.get_logger(__name__)


async def skip_to(since: datetime, *, topic: Topic, settings: CommonSettings, service: str) -> None:
    """Have a consumer that reads nothing now go on with records of that time, if it is behind.

    While another process consumes for the same service, that one reads on where it is.
    """
    places = await _partitions_of(settings.topic_prefix + topic.suffix, settings)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap,
        client_id=f"tieout-{service}",
        group_id=f"{settings.topic_prefix}{service}",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        consumer.assign(places)
        # Asked first: what comes in between is not passed over.
        ends = await consumer.end_offsets(places)
        milliseconds = int(since.timestamp() * 1000)
        found = await consumer.offsets_for_times(dict.fromkeys(places, milliseconds))
        first = {place: found[place].offset if found[place] else ends[place] for place in places}
        behind = [one for one in places if first[one] > (await consumer.committed(one) or 0)]
        if behind:
            await consumer.commit({place: first[place] for place in behind})
    except CommitFailedError:
        _log.info("consumed_elsewhere", service=service)
    finally:
        await consumer.stop()


async def _partitions_of(name: str, settings: CommonSettings) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    await admin.start()
    try:
        (topic,) = await admin.describe_topics([name])
        return [TopicPartition(name, one["partition"]) for one in topic["partitions"]]
    finally:
        await admin.close()
