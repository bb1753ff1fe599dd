"""One caller who listens: what they want to hear, and what waits to be sent to them."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tieout_gateway.domain.principal import Principal
from tieout_gateway.domain.public_events import PublicEvent

# So much waits at most, and the events of one more message; who is further behind is cut.
BUFFER_BYTES = 256 * 1024
PIECE_BYTES = 64 * 1024
# So long the others wait for one whose line is half full, until it has been empty again.
PATIENCE_S = 1.0
Reason = Literal["too_slow", "credential_ended", "shutting_down", "interrupted"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """None wants all."""

    types: frozenset[str] | None
    reconciliation_id: int | None

    def has(self, event: PublicEvent) -> bool:
        return (self.types is None or event.type in self.types) and (
            self.reconciliation_id in (None, event.reconciliation_id)
        )


class Listener:
    """Frames wait here until they are sent; it ends once, for one reason."""

    def __init__(self, *, principal: Principal, wanted: Wanted) -> None:
        self.principal = principal
        self.wanted = wanted
        self.reason: Reason | None = None
        self.ended = asyncio.Event()
        self.patience_s = PATIENCE_S
        self.is_caught_up = False  # true once nothing is sent to it but what is offered
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._woken = asyncio.Event()

    @property
    def organization_id(self) -> int:
        return self.principal.organization_id

    @property
    def is_half_full(self) -> bool:
        return self.reason is None and 2 * self._bytes >= BUFFER_BYTES

    @property
    def is_idle(self) -> bool:
        return not self._waiting

    def offer(self, frames: Sequence[bytes]) -> None:
        """Put frames of one message in the line, or end a listener whose line is full."""
        if self.reason is not None:
            return
        if self._bytes >= BUFFER_BYTES:
            self.end("too_slow")
            return
        for frame in frames:
            self._waiting.append(frame)
            self._bytes += len(frame)
        self._woken.set()

    def end(self, reason: Reason) -> None:
        """End it; what waits is dropped, as it can be had again from the last id."""
        if self.reason is None:
            self.reason = reason
            self._waiting.clear()
            self._bytes = 0
            self.ended.set()

    async def take(self) -> bytes:
        """Give what waits, in pieces; wait until something does."""
        while not self._waiting:
            self._woken.clear()
            await self._woken.wait()
        piece = bytearray()
        while self._waiting and len(piece) < PIECE_BYTES:
            piece += self._waiting.popleft()
        self._bytes -= len(piece)
        if not self._waiting:
            self.patience_s = PATIENCE_S
        return bytes(piece)
