"""The camt files of the corpus, also those inside its archive, each as a path to read."""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ARCHIVE = "files/camt054/camt054_more_days.tar.xz"


def camt_paths(corpus: Path, scratch: Path) -> Iterator[tuple[str, Path]]:
    """Yield (name in expected.json, path) of all 348 files."""
    for kind in ("camt052", "camt053", "camt054"):
        for path in sorted((corpus / "files" / kind).glob("*.xml")):
            yield f"files/{kind}/{path.name}", path
    with tarfile.open(corpus / ARCHIVE) as archive:
        archive.extractall(scratch, filter="data")
    for path in sorted(scratch.rglob("*.xml")):
        yield f"files/camt054/{path.name}", path


def expected_facts(corpus: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((corpus / "expected.json").read_text())
    return facts


def settlement_truth(corpus: Path) -> list[dict[str, Any]]:
    path = corpus / "matching" / "instant_settlement_camt" / "truth.json"
    days: list[dict[str, Any]] = json.loads(path.read_text())["days"]
    return days
