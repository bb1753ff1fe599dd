from pathlib import Path

import pytest

from conformance.seed_page import SeedPage
from fixtures.requirements import lacking


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
