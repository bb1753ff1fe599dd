"""The two doors: a client for threads, and one for tasks."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Self

import httpx2

from tieout_client.async_resources.tree import AsyncResources
from tieout_client.async_sender import AsyncSender
from tieout_client.connection import Connection, Options
from tieout_client.resources.tree import Resources
from tieout_client.sender import Sender


class Client(Resources):
    """Every operation of the API, as `client.<resource>.<operation>(…)`; threads may share one.

    `api_key` is a key of tieout, or a person's token. `http` is given where proxies, TLS or
    transport are to be other ones, and stays the caller's to close.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        options: Options | None = None,
        http: httpx2.Client | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        connection = Connection(base_url=base_url, api_key=api_key, options=options or Options())
        self._http = http or httpx2.Client()
        self._is_own = http is None
        super().__init__(Sender(connection, self._http, sleep))

    def close(self) -> None:
        if self._is_own:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(AsyncResources):
    """As Client, for tasks: the same operations, awaited; lists are read by `async for`."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        options: Options | None = None,
        http: httpx2.AsyncClient | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        connection = Connection(base_url=base_url, api_key=api_key, options=options or Options())
        self._http = http or httpx2.AsyncClient()
        self._is_own = http is None
        super().__init__(AsyncSender(connection, self._http, sleep))

    async def close(self) -> None:
        if self._is_own:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
