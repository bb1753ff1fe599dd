"""Background work in rounds: as long as there is some, then once in a while or when woken."""

import asyncio
from collections.abc import Awaitable, Callable

POLL_S = 1.0


class Rounds:
    """Repeats a round; several processes may do the same work."""

    def __init__(self, round_: Callable[[], Awaitable[bool]]) -> None:
        self._round = round_
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There is work: do not wait for the poll."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled; a round answers whether more may be left."""
        while True:
            self._woken.clear()
            while await self._round():
                pass
            try:
                await asyncio.wait_for(self._woken.wait(), POLL_S)
            except TimeoutError:
                continue
