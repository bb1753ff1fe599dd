"""Failpoints: a named place where a fault test makes the process die, as kill -9 would."""

import os
import signal
from dataclasses import dataclass

import structlog

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Failpoint:
    """`armed` is the one name that kills; empty, as always outside tests, nothing does."""

    armed: str = ""

    def hit(self, name: str) -> None:
        """Die here by SIGKILL when `name` is armed."""
        if name == self.armed:
            _log.warning("failpoint", name=name)
            os.kill(os.getpid(), signal.SIGKILL)
