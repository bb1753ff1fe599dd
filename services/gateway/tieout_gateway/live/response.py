"""An answer that goes on: sent while the caller takes it, cut when they take nothing for long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

SEND_WITHIN_S = 30.0


class EventStreamResponse(StreamingResponse):
    """`text/event-stream`; whatever becomes of it, `closing` is closed at the end."""

    media_type = "text/event-stream"

    def __init__(self, content: AsyncIterator[bytes], *, closing: AsyncExitStack) -> None:
        super().__init__(content, headers={"x-accel-buffering": "no"})  # proxies: keep nothing back
        self._closing = closing

    async def __call__(
        self,
        scope: Scope,  # noqa: ARG002  # ASGI gives it
        receive: Receive,
        send: Send,
    ) -> None:
        """Send until all is sent or the caller leaves; raises ClientDisconnect.

        Both are tasks of their own: one that is cancelled may still clean up after itself.
        """
        sending = asyncio.create_task(self.stream_response(send))
        leaving = asyncio.create_task(self.listen_for_disconnect(receive))
        both = (sending, leaving)
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            await self._closing.aclose()
        if not sending.cancelled() and (error := sending.exception()) is not None:
            raise error

    async def stream_response(self, send: Send) -> None:
        """Send all; raises ClientDisconnect when a piece is not taken in time."""

        async def send_in_time(message: Message) -> None:
            try:
                async with asyncio.timeout(SEND_WITHIN_S):
                    await send(message)
            except TimeoutError as error:
                raise ClientDisconnect from error

        await super().stream_response(send_in_time)
