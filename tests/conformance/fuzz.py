"""schemathesis over the whole OpenAPI document of a running stack: its own process, our reasons.

What it is told of the product: `schemathesis.toml`, `fuzz_hooks.py`, `fuzz_reasons.py`.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Where the file is that tells the hooks about the organisation. No TIEOUT_ prefix, as in run.py.
WORLD_KEY = "PYTEST_SCHEMATHESIS_WORLD_OF_TIEOUT"
SEED = 20260105
_TESTS = Path(__file__).resolve().parents[1]
_CONFIG = Path(__file__).with_name("schemathesis.toml")
_ENDED = (0, 1)  # without failures, with some; anything else is no run


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What a run came to; `failures` are those without a reason, each with its operations."""

    cases: int
    server_errors: int
    operations: int
    tested: int
    failures: Sequence[str]
    said: str

    @property
    def holds(self) -> bool:
        return not self.failures and self.tested == self.operations


async def try_everything(
    *, url: str, api_key: str, world: Mapping[str, Any], folder: Path, options: Sequence[str]
) -> Tried:
    """Run it with a key that may do everything; `world` names objects of its organisation."""
    told, report = folder / "world.json", folder / "report.json"
    told.write_text(json.dumps(world), "utf-8")
    command = (
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(_CONFIG)),
        *("run", f"{url}/openapi.json", "--header", f"X-API-KEY: {api_key}"),
        *("--seed", str(SEED), "--report-json-path", str(report), *options),
    )
    search = os.pathsep.join([str(_TESTS), os.environ.get("PYTHONPATH", "")])
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": search, WORLD_KEY: str(told)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    if process.returncode not in _ENDED:
        raise RuntimeError(f"schemathesis ended with {process.returncode}:\n{said.decode()}")
    return _tried(json.loads(report.read_text("utf-8")), said.decode())


def _tried(report: Any, said: str) -> Tried:
    failures = [f"{one['title']}: {', '.join(one['operations'])}" for one in report["failures"]]
    failures += [f"not tried: {one}" for one in report["errors"]]
    server_errors = sum(one["count"] for one in report["failures"] if one["type"] == "ServerError")
    return Tried(
        cases=report["test_cases"]["generated"],
        server_errors=server_errors,
        operations=report["operations"]["total"],
        tested=report["operations"]["tested"],
        failures=failures,
        said=said,
    )
