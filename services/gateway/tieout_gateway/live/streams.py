"""Event streams as a route opens them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from http import HTTPStatus

from tieout_gateway.domain.principal import Principal
from tieout_gateway.live.following import Following
from tieout_gateway.live.hub import Hub
from tieout_gateway.live.ids import EventIds
from tieout_gateway.live.listener import Listener, Wanted
from tieout_gateway.live.telling import AskKeys
from tieout_runtime.problems import Problem

CHECK_S = 5.0
_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
Check = Callable[[], Awaitable[None]]


class LiveEvents:
    """What the route knows of all this."""

    def __init__(self, *, hub: Hub, ids: EventIds) -> None:
        self._hub = hub
        self._ids = ids
        self._following = Following(hub)

    def stop(self) -> None:
        """End all streams in order; none is opened any more."""
        self._hub.stop()

    @asynccontextmanager
    async def opened(
        self,
        *,
        principal: Principal,
        wanted: Wanted,
        last_event_id: str | None,
        ask_keys: AskKeys,
        check: Check,
    ) -> AsyncIterator[AsyncGenerator[bytes, None]]:
        """Open a stream, from now or from the event named; `check` says whether they may stay.

        Raises MarkError for an id that this organisation was never given, Problem 429 and 503.
        """
        organization_id = principal.organization_id
        mark = None
        if last_event_id is not None:
            mark = self._ids.open(last_event_id, organization_id=organization_id)
        listener = Listener(principal=principal, wanted=wanted)
        async with self._hub.joined(listener, ask_keys) as teller:
            await self._hub.begun(listener)
            watching = asyncio.create_task(_watch(listener, check))
            try:
                async with aclosing(self._following.frames(listener, teller, mark)) as frames:
                    yield frames
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)


async def _watch(listener: Listener, check: Check) -> None:
    """End a listener whose credential ends."""
    while listener.reason is None:
        await asyncio.sleep(CHECK_S)
        try:
            await check()
        except Problem as problem:
            ended = problem.status in _REFUSED
            listener.end("credential_ended" if ended else "interrupted")
