"""The command `tieout`, run as a process as an operator would run it."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_TIMEOUT_SECONDS = 120


class OperationFailedError(Exception):
    """The command ended with an error; the text is its own."""


@dataclass(frozen=True, kw_only=True)
class Organization:
    organization_id: int
    api_key: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Operations:
    """Runs `python -m tieout_ops …` in the environment of one stack."""

    environment: Mapping[str, str]
    folder: Path
    python: str

    def run(self, *arguments: str) -> str:
        """Run one command and return what it printed. Raises OperationFailedError."""
        answer = subprocess.run(
            [self.python, "-m", "tieout_ops", *arguments],
            env=dict(self.environment),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
        if answer.returncode != 0:
            output = (answer.stdout + answer.stderr).strip()
            raise OperationFailedError(
                f"tieout {' '.join(arguments)} ended with code {answer.returncode}\n{output}"
            )
        return answer.stdout

    def create_organization(self, name: str) -> Organization:
        last_line = self.run("create-organization", name).strip().splitlines()[-1]
        made = json.loads(last_line)
        return Organization(
            organization_id=int(made["organization_id"]), api_key=str(made["api_key"])
        )
