"""The PostgreSQL server of a stack: a given one, or our own child process."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from tieout_local.children import Child
from tieout_local.own_postgres import OwnPostgres
from tieout_local.postgres_answers import ask
from tieout_local.register import Register

_NO_SETTINGS: Mapping[str, str] = {}


class PostgresServer(Protocol):
    """What the stack needs of a server. `url` names the administrator and database postgres."""

    @property
    def url(self) -> str: ...
    @property
    def child(self) -> Child | None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def version(self) -> str: ...


class GivenPostgres:
    """A server that somebody else runs: used, never stopped."""

    child = None

    def __init__(self, url: str) -> None:
        self.url = url

    def start(self) -> None:
        self.version()

    def stop(self) -> None:
        """Leave it running: it is not ours."""

    def version(self) -> str:
        return ask(self.url, "SHOW server_version")


def choose_postgres(
    environment: Mapping[str, str],
    *,
    folder: Path,
    log_path: Path,
    register: Register | None = None,
    settings: Mapping[str, str] = _NO_SETTINGS,
) -> PostgresServer:
    """Choose the server TIEOUT_POSTGRES_URL names, else our own on `folder`; not started yet.

    `settings` are PostgreSQL's, by name, and only for a server of our own.
    """
    if url := environment.get("TIEOUT_POSTGRES_URL"):
        return GivenPostgres(url)
    return OwnPostgres(folder=folder, log_path=log_path, register=register, settings=settings)
