"""`make up`, `make status` and `make down` as a person runs them, in a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PATIENCE_SECONDS = 180


@dataclass(frozen=True, kw_only=True)
class KeptCommands:
    """`given`: the servers to use instead of own ones, as TIEOUT_… of the environment."""

    checkout: Path
    given: Mapping[str, str]

    @property
    def folder(self) -> Path:
        return self.checkout / ".tieout"

    def run(self, command: str) -> tuple[int, str]:
        answer = subprocess.run(
            [sys.executable, "-m", "tieout_local", command, "--folder", self.folder],
            env={**os.environ, **self.given},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return answer.returncode, answer.stdout + answer.stderr
