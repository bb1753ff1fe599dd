"""Making the topics of the table."""

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from tieout_contracts.topics import TOPICS, Topic


async def create_topics(bootstrap: str, *, prefix: str, partitions: int, replicas: int) -> None:
    """Make every topic of the table; one that exists is left as it is."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        for topic in TOPICS:
            try:
                await admin.create_topics(
                    [
                        NewTopic(
                            name=prefix + topic.suffix,
                            num_partitions=partitions,
                            replication_factor=replicas,
                            topic_configs=_topic_settings(topic),
                        )
                    ]
                )
            except TopicAlreadyExistsError:
                continue
    finally:
        await admin.close()


def _topic_settings(topic: Topic) -> dict[str, str]:
    settings = {"cleanup.policy": "compact"} if topic.compacted else {}
    if topic.max_message_bytes is not None:
        settings["max.message.bytes"] = str(topic.max_message_bytes)
    return settings
