from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from conformance.seed_page import SeedPage
from e2e.main_job import Job, make_job
from fixtures.public_api import PublicApi
from fixtures.requirements import lacking
from fixtures.stack import RunningStack


@pytest.fixture(scope="session")
def seeds(corpus: Path) -> Path:
    """Give the folder of the seeds: beside the corpus."""
    folder = corpus.parent / "seeds"
    if not folder.is_dir():
        lacking("corpus", f"{folder} is no folder")
    return folder


@pytest.fixture(scope="session")
def lerian_page(seeds: Path) -> SeedPage:
    """Give seed 004: force match."""
    (found,) = seeds.glob("004_*.txt")
    return SeedPage.read(found)


@pytest.fixture(scope="module")
async def job(api: PublicApi, stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """Give the main job: two streams, three pairs matched, three records open."""
    return await make_job(stack, api, tmp_path_factory.mktemp("upstream"))


@pytest.fixture(scope="module")
async def nobody(api: PublicApi) -> AsyncIterator[httpx2.AsyncClient]:
    """Give a client without a key."""
    async with httpx2.AsyncClient(base_url=api.client.base_url, trust_env=False) as client:
        yield client


def problem_of(answer: httpx2.Response) -> tuple[int, str, list[str]]:
    """Give status, code and the paths that are wrong; End Close's members have to be there too."""
    told: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (told["message"], told["error"]) == (told["detail"], told["code"])
    return answer.status_code, told["code"], [one["path"] for one in told["errors"]]
