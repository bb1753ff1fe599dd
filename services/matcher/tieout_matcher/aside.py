"""What people wait for and live traffic must not: one computation at a time, given up in time.

It has a process of its own, beside the one of passes.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from tieout_matcher.solving import Solving, within
from tieout_runtime.problems import Problem, unavailable

# Together less than a service waits for another's answer (runtime: internal).
WAIT_S = 3.0
COMPUTE_S = 15.0
RETRY_AFTER_S = 5
Result = TypeVar("Result")


class Aside:
    """Turns at the process; whoever cannot have one soon is told to come back."""

    def __init__(self, solving: Solving, *, compute_s: float = COMPUTE_S) -> None:
        self._solving = solving
        self._compute_s = compute_s
        self._free = asyncio.Semaphore(1)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, that is also for the memory it takes; raises Problem 429 `busy`."""
        try:
            async with asyncio.timeout(WAIT_S):
                await self._free.acquire()
        except TimeoutError as error:
            raise Problem(
                429,
                "busy",
                "another backtest or search for rules is being computed",
                headers={"Retry-After": str(RETRY_AFTER_S)},
            ) from error
        try:
            yield
        finally:
            self._free.release()

    async def compute(self, function: Callable[..., Result], *args: Any) -> Result:
        """Call a module's function there.

        Raises TookTooLongError, and Problem 503 when the process died.
        """
        try:
            return await self._solving(within, self._compute_s, function, *args)
        except BrokenProcessPool as error:
            raise unavailable("the process that computes it ended; try again") from error
