from collections.abc import AsyncIterator

import pytest

from e2e.main_job import Job, make_job
from e2e.payments import Payments
from fixtures.public_api import PublicApi, new_organization
from fixtures.stack import RunningStack


@pytest.fixture(scope="module")
async def job(api: PublicApi, stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """Give each module the main job of its own: three pairs matched, three records open."""
    return await make_job(stack, api, tmp_path_factory.mktemp("upstream"))


@pytest.fixture(scope="module")
async def stranger(stack: RunningStack) -> AsyncIterator[PublicApi]:
    """Give another organisation's key; it has a stream, a reconciliation and a record."""
    async with new_organization(stack, "Stranger") as api:
        stream = await api.stream("theirs")
        await api.reconciliation("theirs", side_a=[stream], side_b=[])
        record = {"data_stream_key": "theirs", "amount": 1, "direction": "credit"}
        await api.post("/v1/records", record | {"date": "2026-11-02"})
        yield api


@pytest.fixture(scope="module")
async def payments(api: PublicApi) -> Payments:
    return Payments(api)
