"""Failpoints: a named place where a fault test makes the process die, as kill -9 would."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import structlog

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Failpoint:
    """`armed` is the one name that kills; empty, as always outside tests, nothing does.

    With a slash it is the path of a file that says the name, or nothing, each time it is asked:
    so a test arms a process that runs already.
    """

    armed: str = ""

    def hit(self, name: str) -> None:
        """Die here by SIGKILL when `name` is armed; OSError when there is no such file."""
        armed = Path(self.armed).read_text("utf-8") if "/" in self.armed else self.armed
        if name == armed:
            _log.warning("failpoint", name=name)
            os.kill(os.getpid(), signal.SIGKILL)
