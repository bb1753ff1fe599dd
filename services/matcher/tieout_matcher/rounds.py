"""Background work in rounds: as long as there is some, then once in a while or when woken."""

from collections.abc import Awaitable, Callable

from tieout_runtime.run import Wakeup


class Rounds:
    """Repeats a round; several processes may do the same work."""

    def __init__(self, round_: Callable[[], Awaitable[bool]]) -> None:
        self._round = round_
        self._wakeup = Wakeup()
        self.wake = self._wakeup.wake

    async def run(self) -> None:
        """Work until cancelled; a round answers whether more may be left."""
        async for _ in self._wakeup.rounds():
            while await self._round():
                pass
