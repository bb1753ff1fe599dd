"""Whose broker is it? A real metadata request tells."""

import logging

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from tieout_local.blocking import run_to_end

_REQUEST_TIMEOUT_MS = 3_000


def answered_cluster_id(bootstrap: str) -> str | None:
    """Ask the broker at that address for its cluster id; None when none answers."""
    logging.getLogger("aiokafka").setLevel(
        logging.CRITICAL
    )  # refusals are expected while it starts
    try:
        return run_to_end(_ask(bootstrap))
    except (KafkaError, OSError):
        return None


async def _ask(bootstrap: str) -> str:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=_REQUEST_TIMEOUT_MS)
    try:
        await admin.start()
        return str((await admin.describe_cluster())["cluster_id"])
    finally:
        await admin.close()
