"""One whole product of its own for all fault tests: its servers may be killed too."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from faults.broker import Broker
from faults.product import Product, failpoint_file
from fixtures.public_api import new_organization
from fixtures.requirements import lacking
from fixtures.run import current_run
from fixtures.scheduling import end_with_its_last_test
from fixtures.stack import RunningStack
from tieout_local.plan import StackPlan
from tieout_local.postgres_binaries import PostgresMissingError
from tieout_local.stack import LocalStack

SETTINGS = {
    "exceptions": {
        "TIEOUT_EXCEPTIONS_SWEEP_SECONDS": "1",
        "TIEOUT_EXCEPTIONS_RESUME_AFTER_SECONDS": "1",
    },
    "ingest": {"TIEOUT_INGEST_RESUME_AFTER_SECONDS": "1"},
    "matcher": {},
}


def settings(logs: Path) -> dict[str, dict[str, str]]:
    """Return the settings of each service that is killed, and the file that says where."""
    given = {}
    for service, own in SETTINGS.items():
        file = failpoint_file(logs, f"{service}-1")
        file.touch()
        given[service] = {"TIEOUT_FAILPOINT": str(file), **own}
    return given


@pytest.fixture(scope="session")
async def product(pytestconfig: pytest.Config) -> AsyncIterator[Product]:
    """Give the product on a PostgreSQL and a durable Kafka that nobody else uses."""
    run = current_run()
    folder = run.path / "faults"
    for part in ("data", "logs"):
        (folder / part).mkdir(parents=True)
    try:
        plan = StackPlan(
            folder=folder, extra_environment=settings(folder / "logs"), register=run.register
        )
        local = LocalStack(plan)
    except PostgresMissingError as missing:
        lacking("postgres", str(missing))
    if not local.broker.durable:
        lacking("kafka", "only a memory broker is here, and it keeps nothing")
    await asyncio.to_thread(local.start)
    end_with_its_last_test(pytestconfig, "product", local.stop)
    try:
        stack = RunningStack(
            local=local,
            organization=local.operations.create_organization("Faults"),
            postgres_url=local.postgres.url,
            kafka_bootstrap=local.broker.bootstrap,
            topic_prefix=plan.topic_prefix,
        )
        async with new_organization(stack, "Faulted") as api:
            # The gateway reads outcomes while somebody wants to be told; these are rare ones.
            rare = {"url": "https://nobody.invalid/", "event_types": ["exception.dispatched"]}
            await api.post("/v1/webhook_endpoints", rare)
            broker = Broker(bootstrap=stack.kafka_bootstrap, prefix=stack.topic_prefix)
            yield Product(local=local, api=api, broker=broker)
    finally:
        await asyncio.to_thread(local.stop)
        shutil.rmtree(plan.data)  # of a run that failed the logs stay
