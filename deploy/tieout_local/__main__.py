"""`python -m tieout_local demo | up | down | status`: the whole product on this machine."""

import os
import sys
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from cyclopts import App

from tieout_client import TieoutError
from tieout_local.children import ChildFailedError
from tieout_local.demo.example import ExampleMissingError, checkout_examples
from tieout_local.demo.findings import RecordNotFoundError
from tieout_local.demo.lifecycle import DemoRunsAlreadyError
from tieout_local.demo.run import run_demo
from tieout_local.demo.uploading import DemoStuckError
from tieout_local.http_probe import http_get
from tieout_local.kafka_programs import KafkaMissingError
from tieout_local.kept_stack import Addresses, KeptStack
from tieout_local.locks import exclusive
from tieout_local.operations import OperationFailedError
from tieout_local.postgres_binaries import PostgresMissingError

app = App(name="tieout_local", help="Run tieout on this machine, without Docker.")
_FAILURES = (
    ChildFailedError,
    DemoRunsAlreadyError,
    DemoStuckError,
    ExampleMissingError,
    KafkaMissingError,
    OperationFailedError,
    PostgresMissingError,
    RecordNotFoundError,
    TieoutError,
)
_INTERRUPTED = 130  # as a shell says it: 128 + SIGINT


@app.command
def demo(*, folder: Path = Path(".tieout/demo"), examples: Path | None = None) -> int:
    """Start everything on an empty folder, show the main job on example files, stop everything.

    Parameters
    ----------
    folder
        Emptied at the start; only logs are left in it.
    examples
        The example files; those of the checkout when left out.
    """
    run_demo(folder=folder.resolve(), examples=(examples or checkout_examples()).resolve())
    return 0


@app.command
def up(*, folder: Path = Path(".tieout")) -> int:
    """Start everything in the background; return when it is ready.

    Parameters
    ----------
    folder
        Holds data, logs, addresses. The data stays until you delete the folder.
    """
    kept = KeptStack(folder=folder.resolve())
    with exclusive(kept.folder / "lock"):  # a second `up` waits and finds it running
        addresses = kept.addresses()
        if kept.is_running():
            print("It is already running." if addresses else "It is running, but never got ready.")
        else:
            print("Starting Postgres, Kafka and the four services …", flush=True)
            addresses = kept.start(given=os.environ, say=print)
    if addresses:
        _show(addresses, folder)
    return 0


@app.command
def down(*, folder: Path = Path(".tieout")) -> int:
    """Stop what `up` started, and nothing else; the data stays.

    Parameters
    ----------
    folder
        The folder that `up` was given.
    """
    stopped = KeptStack(folder=folder.resolve()).stop()
    names = ", ".join(child.name for child in stopped)
    print(f"Stopped {names}." if stopped else "Nothing of it was running.")
    return 0


@app.command
def status(*, folder: Path = Path(".tieout")) -> int:
    """Say what runs, and where; the exit code is 0 when all of it does.

    Parameters
    ----------
    folder
        The folder that `up` was given.
    """
    kept = KeptStack(folder=folder.resolve())
    children = kept.children()
    for child in children:
        state = "running" if child.identity.is_alive() else "ended"
        print(f"{child.name:14} {state:8} pid {child.identity.pid:<8} log {child.log_path}")
    if not children:
        print("Nothing was started.")
        return 1
    addresses = kept.addresses()
    if addresses:
        _show(addresses, folder)
    return 0 if all(child.identity.is_alive() for child in children) else 1


def _show(addresses: Addresses, folder: Path) -> None:
    print(f"API      {addresses.url}")
    for name, path in (("Docs", "/docs"), ("Console", "/console")):
        answer = http_get(urlsplit(addresses.url).port or 80, path)
        if answer is not None and answer[0] < HTTPStatus.BAD_REQUEST:
            print(f"{name:8} {addresses.url}{path}")
    print(f"Kafka    {addresses.kafka_bootstrap}")
    print(f"Shell    . {folder / 'env'}   (TIEOUT_URL, TIEOUT_API_KEY, …)")


def main() -> None:
    try:
        app()
    except _FAILURES as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
