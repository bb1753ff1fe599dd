"""Builders of small files: camt messages with valid defaults, and delimited text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import Profile, profile_from_json
from tieout_ingest.domain.refusals import Rejection
from tieout_ingest.formats.reading import Survey, read, survey

Outcome = Record | Rejection
ReadFile = Callable[..., tuple[Survey, list[Outcome]]]


@pytest.fixture
def read_file(tmp_path: Path) -> ReadFile:
    """Write content to a file and read it in both passes."""

    def read_both(
        content: str | bytes, *, profile: object = None, limits: Limits | None = None, skip: int = 0
    ) -> tuple[Survey, list[Outcome]]:
        path = tmp_path / "upload"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        declared: Profile = profile_from_json(profile)
        bounds = limits or Limits()
        surveyed = survey(path, profile=declared, limits=bounds)
        outcomes = read(path, surveyed=surveyed, profile=declared, limits=bounds, skip=skip)
        return surveyed, list(outcomes)

    return read_both
