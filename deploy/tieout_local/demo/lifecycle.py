"""One stack for one demo: begun on nothing, ended whatever happens, and nothing left running."""

import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tieout_local.kafka_programs import KAFKA_VERSION, KafkaMissingError, cache_folder, java_program
from tieout_local.leash import put_on_leash
from tieout_local.locks import exclusive_if_free
from tieout_local.own_postgres import OwnPostgres
from tieout_local.plan import StackPlan
from tieout_local.register import Register
from tieout_local.stack import LocalStack

SWEEP_SECONDS = 1
_REGISTER = "children.jsonl"
_NO_GIVEN_BROKER = ", or give TIEOUT_KAFKA_BOOTSTRAP."


class DemoRunsAlreadyError(Exception):
    """Another demo has this folder: wait for it, or name another folder."""


@contextmanager
def fresh_stack(folder: Path, *, say: Callable[[str], None]) -> Iterator[LocalStack]:
    """Start the stack on an emptied folder, and stop it at the end, also on Ctrl-C or SIGTERM.

    Servers that the environment names are left alone: they may hold somebody's data. Whatever
    becomes of this process, its children end with it and only the logs stay.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with exclusive_if_free(folder.with_suffix(".lock")) as free:
        if not free:
            raise DemoRunsAlreadyError(f"another demo runs in {folder}; give --folder another one")
        shutil.rmtree(folder, ignore_errors=True)
        _announce_fetching(say)
        stack = LocalStack(_plan(folder, say))
        leash = put_on_leash(folder / _REGISTER, remove=_emptied(stack))
        try:
            with stack:
                yield stack
        except BaseException:
            say(f"The demo did not end well; the logs are in {stack.plan.logs}")
            raise
        finally:
            leash.release()


def _plan(folder: Path, say: Callable[[str], None]) -> StackPlan:
    sweep = {"TIEOUT_EXCEPTIONS_SWEEP_SECONDS": str(SWEEP_SECONDS)}
    return StackPlan(
        folder=folder,
        register=Register(path=folder / _REGISTER),
        extra_environment={"exceptions": sweep},
        say=lambda text: say(text.replace(_NO_GIVEN_BROKER, ".")),
    )


def _emptied(stack: LocalStack) -> list[Path]:
    """Folders to remove at the end; emptied now of what PostgreSQL left outside ours.

    It keeps its data elsewhere when the user that runs it cannot reach our folder.
    """
    if not isinstance(stack.postgres, OwnPostgres):
        return [stack.plan.data]
    shutil.rmtree(stack.postgres.data_folder, ignore_errors=True)
    return [stack.plan.data, stack.postgres.data_folder.parent]


def _announce_fetching(say: Callable[[str], None]) -> None:
    if cache_folder().joinpath(f"kafka-{KAFKA_VERSION}").exists():
        return
    try:
        java_program()
    except KafkaMissingError:
        return  # the stack says what it takes instead
    say(f"Fetching Apache Kafka {KAFKA_VERSION} with Maven, this once …")
