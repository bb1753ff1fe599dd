"""What a local stack is to be, before anything of it runs."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tieout_local.register import Register

SERVICES = ("ingest", "matcher", "exceptions", "gateway")
LOCAL_PARTITIONS = 4


@dataclass(frozen=True, kw_only=True)
class StackPlan:
    """Parameters of a stack.

    `folder` holds data, spools and logs. `given` is the environment that may name a PostgreSQL
    server and a broker (TIEOUT_POSTGRES_URL, TIEOUT_KAFKA_BOOTSTRAP, TIEOUT_KAFKA_IDEMPOTENT,
    TIEOUT_POSTGRES_ROLE_PASSWORD); all else of ours in it is left out. `instances` and
    `extra_environment` are by service name; the key "" of the latter is for every service.
    `python` runs the services: the installation under test.
    """

    folder: Path
    given: Mapping[str, str] = field(default_factory=dict)
    instances: Mapping[str, int] = field(default_factory=dict)
    extra_environment: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    topic_prefix: str = "tieout."
    partitions: int = LOCAL_PARTITIONS
    register: Register | None = None
    python: str = sys.executable
    say: Callable[[str], None] = print

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def data(self) -> Path:
        return self.folder / "data"
