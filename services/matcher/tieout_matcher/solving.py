"""The process that solves: passes and backtests compute there, not on the event loop."""

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Solving:
    """One process, started when first needed and again when it died."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    async def __call__(
        self,
        function: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        """Call a module's function there; what it raises is raised here."""
        if kwargs:
            raise TypeError("arguments are given by place")
        if self._pool is None:
            # spawn: a fork would take over the pools and threads of this process
            self._pool = ProcessPoolExecutor(
                max_workers=1, mp_context=get_context("spawn"), initializer=_end_with_the_service
            )
        try:
            call: Any = function
            return await asyncio.get_running_loop().run_in_executor(self._pool, call, *args)
        except BrokenProcessPool:
            self.close()
            raise

    def close(self) -> None:
        """End the process; work under way is given up."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _end_with_the_service() -> None:
    """Watch the service: killed, it closes nothing, and work would be waited for for ever."""
    service = parent_process()
    if service is not None:
        Thread(target=_end_after, args=[service.join], daemon=True).start()


def _end_after(ended: Callable[[], None]) -> None:
    ended()
    os.kill(os.getpid(), signal.SIGKILL)


class TookTooLongError(RuntimeError):
    """The computation was given up after the time it had; it changed nothing."""


def within(seconds: float, function: Callable[..., Result], *args: Any) -> Result:
    """Call a function in the process that solves; raises TookTooLongError after so many seconds."""

    def give_up(_signal: int, _frame: object) -> None:
        raise TookTooLongError(f"{function.__name__} took more than {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return function(*args)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
