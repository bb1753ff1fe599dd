"""An answer that is read while it arrives, however long it is."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Self

import httpx2

_PIECE_BYTES = 64 * 1024


class Streamed:
    """A context; entering it sends the request, retries included, and leaves the body unread.

    What is cut in the middle raises httpx2.TransportError: it is not begun again by itself.
    """

    def __init__(self, send: Callable[[], httpx2.Response]) -> None:
        self._send = send
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        self._response = self._send()
        self._opened.callback(self._response.close)
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def pieces(self) -> Iterator[bytes]:
        return self._response.iter_bytes(_PIECE_BYTES)

    def lines(self) -> Iterator[str]:
        return self._response.iter_lines()

    def save(self, path: Path) -> None:
        """Write it all to a file."""
        with path.open("wb") as file:
            for piece in self.pieces():
                file.write(piece)


class AsyncStreamed:
    """As Streamed, for tasks."""

    def __init__(self, send: Callable[[], Awaitable[httpx2.Response]]) -> None:
        self._send = send
        self._opened = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._response = await self._send()
        self._opened.push_async_callback(self._response.aclose)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._opened.aclose()

    def pieces(self) -> AsyncIterator[bytes]:
        return self._response.aiter_bytes(_PIECE_BYTES)

    def lines(self) -> AsyncIterator[str]:
        return self._response.aiter_lines()

    async def save(self, path: Path) -> None:
        """Write it all to a file."""
        with path.open("wb") as file:
            async for piece in self.pieces():
                file.write(piece)
