import asyncpg

from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from tieout_local.cluster_id import answered_cluster_id


async def test_a_database_is_migrated_and_empty(database: Database) -> None:
    connection = await asyncpg.connect(database.url)

    schemas = await connection.fetch("SELECT nspname FROM pg_namespace")

    await connection.close()
    assert {"ingest", "matcher", "exceptions", "gateway"} <= {row["nspname"] for row in schemas}


async def test_two_tests_never_share_a_topic(
    kafka: KafkaForTest, module_kafka: KafkaForTest
) -> None:
    assert answered_cluster_id(kafka.bootstrap) is not None
    assert kafka.topic_prefix != module_kafka.topic_prefix
