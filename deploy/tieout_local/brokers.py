"""What every broker offers, whoever runs it, and the choice between them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from tieout_local.children import Child, ChildFailedError
from tieout_local.cluster_id import answered_cluster_id
from tieout_local.kafka import ApacheKafka
from tieout_local.kafka_programs import KafkaMissingError
from tieout_local.memory_broker import MemoryBroker
from tieout_local.register import Register


class Broker(Protocol):
    """`durable`: acknowledged messages survive a restart; `idempotent`: producers can be."""

    @property
    def durable(self) -> bool: ...
    @property
    def idempotent(self) -> bool: ...
    @property
    def description(self) -> str: ...
    @property
    def bootstrap(self) -> str: ...
    @property
    def child(self) -> Child | None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


class GivenKafka:
    """A broker that somebody else runs: used, never stopped."""

    child = None
    durable = True

    def __init__(self, bootstrap: str, *, idempotent: bool) -> None:
        self.bootstrap = bootstrap
        self.idempotent = idempotent
        self.description = f"Kafka at {bootstrap} (given)"

    def start(self) -> None:
        if answered_cluster_id(self.bootstrap) is None:
            raise ChildFailedError(f"no Kafka broker answers at {self.bootstrap}")

    def stop(self) -> None:
        """Leave it running: it is not ours."""


def choose_broker(
    environment: Mapping[str, str],
    *,
    folder: Path,
    log_path: Path,
    register: Register | None,
    say: Callable[[str], None],
) -> Broker:
    """Choose the one TIEOUT_KAFKA_BOOTSTRAP names, else Apache Kafka, else the memory one.

    The last is said aloud. Not started yet. Raises KafkaMissingError when there is none.
    """
    if bootstrap := environment.get("TIEOUT_KAFKA_BOOTSTRAP"):
        idempotent = environment.get("TIEOUT_KAFKA_IDEMPOTENT", "true") == "true"
        return GivenKafka(bootstrap, idempotent=idempotent)
    try:
        return ApacheKafka(folder=folder, log_path=log_path, register=register)
    except KafkaMissingError as missing:
        say(
            f"WARNING: no Apache Kafka, so a memory broker that loses everything when it stops"
            f" and cannot deduplicate producers stands in:"
            f" {missing}, or give TIEOUT_KAFKA_BOOTSTRAP."
        )
        return MemoryBroker(log_path=log_path, register=register)
