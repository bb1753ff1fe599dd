"""A stack that stays when its starter ends: started, found again and stopped by what it wrote.

Its folder (`.tieout`) holds data, logs, the register of its children and, once everything is
ready, `env` for a shell and `state.json` with the addresses.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tieout_local.plan import SERVICES, StackPlan
from tieout_local.register import Register, RegisteredChild, stop_together
from tieout_local.stack import LocalStack

_GRACE_SECONDS = 40
_DEMO_ORGANIZATION = "Demo"


@dataclass(frozen=True, kw_only=True)
class Addresses:
    url: str
    api_key: str
    kafka_bootstrap: str
    postgres_url: str

    def shell_lines(self) -> str:
        return "".join(
            f"export {name}='{value}'\n"
            for name, value in (
                ("TIEOUT_URL", self.url),
                ("TIEOUT_API_KEY", self.api_key),
                ("TIEOUT_KAFKA_BOOTSTRAP", self.kafka_bootstrap),
                ("TIEOUT_POSTGRES_URL", self.postgres_url),
            )
        )


@dataclass(frozen=True, kw_only=True)
class KeptStack:
    folder: Path

    @property
    def register(self) -> Register:
        return Register(path=self.folder / "children.jsonl")

    def children(self) -> Sequence[RegisteredChild]:
        return self.register.children()

    def is_running(self) -> bool:
        return any(child.identity.is_alive() for child in self.children())

    def addresses(self) -> Addresses | None:
        """Where it answers; None until it was ready once."""
        if not self._state_path.exists():
            return None
        return Addresses(**json.loads(self._state_path.read_text("utf-8")))

    def start(self, *, given: Mapping[str, str], say: Callable[[str], None]) -> Addresses:
        """Start everything in the background and return when all is ready."""
        self.register.path.unlink(missing_ok=True)
        self._state_path.unlink(missing_ok=True)
        plan = StackPlan(
            folder=self.folder,
            given=given,
            topic_prefix=given.get("TIEOUT_TOPIC_PREFIX", StackPlan.topic_prefix),
            register=self.register,
            say=say,
        )
        stack = LocalStack(plan)
        stack.start()
        try:
            addresses = Addresses(
                url=stack.url,
                api_key=self._api_key(stack),
                kafka_bootstrap=stack.broker.bootstrap,
                postgres_url=stack.postgres.url,
            )
            _write_private(self._state_path, json.dumps(asdict(addresses)))
            _write_private(
                self.folder / "env",
                addresses.shell_lines() + _operator_lines(stack.operations.environment),
            )
        except BaseException:
            stack.stop()
            raise
        stack.leave_running()
        return addresses

    def stop(self) -> Sequence[RegisteredChild]:
        """Stop what runs, services before their servers. Returns what was stopped."""
        running = [child for child in self.children() if child.identity.is_alive()]
        services = [child for child in running if child.name.split("-")[0] in SERVICES]
        servers = [child for child in running if child not in services]
        stop_together(services, grace_seconds=_GRACE_SECONDS)
        stop_together(servers, grace_seconds=_GRACE_SECONDS)
        self.register.path.unlink(missing_ok=True)
        return running

    @property
    def _state_path(self) -> Path:
        return self.folder / "state.json"

    def _api_key(self, stack: LocalStack) -> str:
        """Keep the first key of this data folder's demo organisation: it is shown only once."""
        kept = stack.plan.data / "demo-api-key"
        if not kept.exists():
            organization = stack.operations.create_organization(_DEMO_ORGANIZATION)
            _write_private(kept, organization.api_key)
        return kept.read_text("utf-8")


def _operator_lines(environment: Mapping[str, str]) -> str:
    """Give a shell what the command `tieout`, producers and internal calls need."""
    known = {"TIEOUT_KAFKA_BOOTSTRAP", "TIEOUT_POSTGRES_URL"}
    ours = {key: environment[key] for key in sorted(environment) if key.startswith("TIEOUT_")}
    return "".join(f"export {key}='{value}'\n" for key, value in ours.items() if key not in known)


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")
