"""S1: whatever is sent to any operation of the OpenAPI document is answered as it says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.fuzz import Tried, try_everything
from e2e.main_job import Job
from e2e.objects import objects_of
from fixtures.stack import RunningStack

WHOLE = ("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "20")
SHARE = ("--phases", "examples,fuzzing", "--max-examples", "1", "--no-shrink")
CASES = {WHOLE: 2000, SHARE: 300}


@pytest.fixture(scope="module")
async def world(job: Job) -> dict[str, Any]:
    """Give an object of each kind; the key that everything is sent with is none of them."""
    objects = await objects_of(job)
    spare = await job.api.post("/v1/api_keys", {"name": "spare", "scopes": ["view"]})
    return {"api_key_id": objects["api_keys"], "objects": objects | {"api_keys": spare["id"]}}


@pytest.fixture
def options(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Give the whole of it in `make conformance`, a share of it elsewhere."""
    return WHOLE if request.config.pluginmanager.has_plugin("conformance.report") else SHARE


async def test_every_operation_answers_as_the_document_says(
    job: Job,
    world: dict[str, Any],
    stack: RunningStack,
    tmp_path: Path,
    options: tuple[str, ...],
    record_property: Callable[[str, object], None],
) -> None:
    tried: Tried = await try_everything(
        url=stack.url,
        api_key=job.api.organization.api_key,
        world=world,
        folder=tmp_path,
        options=options,
    )

    record_property("schemathesis_cases", tried.cases)
    record_property("server_errors", tried.server_errors)
    assert tried.failures == [], tried.said
    assert tried.tested == tried.operations
    assert tried.cases >= CASES[options]
