"""Apache Kafka as our own child process: one KRaft node on a data folder that outlives it."""

import subprocess
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path

from tieout_local.children import Child, ChildCommand, start_child
from tieout_local.cluster_id import answered_cluster_id
from tieout_local.kafka_programs import KAFKA_VERSION, java_program, kafka_jars
from tieout_local.kafka_settings import LOGGING, broker_settings
from tieout_local.ports import LOOPBACK, free_port
from tieout_local.register import Register

_READY_SECONDS = 90
_HEAP = "512m"
# A broker that lives for minutes on a machine it shares: its compiler's second stage costs more
# processor time than it saves.
_JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class KafkaFormatFailedError(Exception):
    """The storage tool refused the data folder; the text is its own."""


class ApacheKafka:
    """Restarting keeps the log, the port and the cluster id."""

    durable = True
    idempotent = True
    description = f"Apache Kafka {KAFKA_VERSION} (our own, one node)"

    def __init__(self, *, folder: Path, log_path: Path, register: Register | None = None) -> None:
        self._folder = folder
        self._log_path = log_path
        self._register = register
        self._java = java_program()
        self._jars = kafka_jars()
        self._port = free_port()
        self._controller_port = free_port()
        self.child: Child | None = None

    @property
    def bootstrap(self) -> str:
        return f"{LOOPBACK}:{self._port}"

    def start(self) -> None:
        """Start, formatting the data folder first if need be, and wait for our cluster id."""
        self._folder.mkdir(parents=True, exist_ok=True)
        settings = broker_settings(
            log_folder=self._folder / "log",
            port=self._port,
            controller_port=self._controller_port,
        )
        self._settings_path.write_text(settings, "utf-8")
        (self._folder / "log4j2.properties").write_text(LOGGING, "ascii")
        if not (self._folder / "log" / "meta.properties").exists():
            self._format()
        command = ChildCommand(
            name="kafka",
            arguments=[
                *(self._java, f"-Xmx{_HEAP}", *_JVM),
                f"-Dlog4j2.configurationFile={self._folder / 'log4j2.properties'}",
                *("-cp", f"{self._jars}/*", "kafka.Kafka", str(self._settings_path)),
            ],
            environment={"LC_ALL": "C.UTF-8"},
            log_path=self._log_path,
            folder=self._folder,
        )
        self.child = start_child(command, self._register)
        self.child.wait_ready(self._answers, timeout_seconds=_READY_SECONDS)

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()

    @property
    def _settings_path(self) -> Path:
        return self._folder / "server.properties"

    @property
    def _cluster_id_path(self) -> Path:
        return self._folder / "cluster-id"

    def _answers(self) -> bool:
        return answered_cluster_id(self.bootstrap) == self._cluster_id_path.read_text("ascii")

    def _format(self) -> None:
        cluster_id = _new_cluster_id()
        self._cluster_id_path.write_text(cluster_id, "ascii")
        answer = subprocess.run(
            [
                *(self._java, *_JVM),
                f"-Dlog4j2.configurationFile={self._folder / 'log4j2.properties'}",
                *("-cp", f"{self._jars}/*", "kafka.tools.StorageTool", "format", "--standalone"),
                *("--cluster-id", cluster_id, "--config", str(self._settings_path)),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            raise KafkaFormatFailedError((answer.stdout + answer.stderr).strip())


def _new_cluster_id() -> str:
    """Give a random UUID in Kafka's base64, never with a hyphen first: that is an option."""
    raw = bytearray(uuid.uuid4().bytes)
    raw[0] &= 0x7F
    return urlsafe_b64encode(raw).decode("ascii").rstrip("=")
