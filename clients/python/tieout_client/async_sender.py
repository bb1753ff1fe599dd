"""Requests sent from tasks: the same as `sender`, awaited."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, suppress
from typing import Any, TypeVar

import httpx2

from tieout_client.answer import Answer
from tieout_client.connection import Connection, answer_from
from tieout_client.following import Followed, Following
from tieout_client.model import M, many_of, one_of
from tieout_client.paging import P, Paging, T
from tieout_client.request import Request
from tieout_client.streamed import AsyncStreamed

R = TypeVar("R")


class AsyncSender:
    """Sends until there is an answer or no patience; every method may raise TieoutError."""

    def __init__(
        self,
        connection: Connection,
        http: httpx2.AsyncClient,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._connection = connection
        self._http = http
        self._sleep = sleep

    async def one(self, kind: type[M], request: Request) -> M:
        return one_of(kind, await self._send(request))

    async def maybe(self, kind: type[M], request: Request) -> M | None:
        """Read an object where one is answered, else None."""
        answer = await self._send(request)
        return one_of(kind, answer) if answer.body else None

    async def many(self, kind: type[M], request: Request) -> list[M]:
        return many_of(kind, await self._send(request))

    async def nothing(self, request: Request) -> None:
        await self._send(request)

    async def each(self, paging: Paging[P, T], request: Request) -> AsyncIterator[T]:
        """Read page after page, each when it is needed."""
        behind = 0
        following: Request | None = request
        while following is not None:
            page = await self.one(paging.page, following)
            items = paging.items(page)
            for item in items:
                yield item
            behind += len(items)
            following = paging.onward(following, page, behind)

    def streamed(self, request: Request) -> AsyncStreamed:
        return AsyncStreamed(lambda: self._until_answered(request, _unread))

    async def followed(self, kind: type[M], request: Request) -> AsyncGenerator[Followed[M], None]:
        """Listen without an end; come back to where it broke off."""
        following = Following(kind=kind, request=request)
        while True:
            with suppress(httpx2.TransportError):
                async with self.streamed(following.begun()) as stream:
                    async for line in stream.lines():
                        if (told := following.take(line)) is not None:
                            yield told
            await self._sleep(following.wait_seconds)

    async def _send(self, request: Request) -> Answer:
        return await self._until_answered(request, _read)

    async def _until_answered(
        self, request: Request, take: Callable[[httpx2.Response], Awaitable[R]]
    ) -> R:
        """Send until the answer is a success, and give what is taken of it."""
        request, attempts = self._connection.begin(request)
        while True:
            try:
                response = await self._once(request)
                if response.is_success:
                    return await take(response)
                answer = await _read(response)
            except httpx2.TransportError as error:
                wait = self._connection.wait_after_failure(attempts, error)
            else:
                wait = self._connection.wait_after_refusal(attempts, answer)
            await self._sleep(wait)

    async def _once(self, request: Request) -> httpx2.Response:
        with ExitStack() as files:
            sent: dict[str, Any] = self._connection.sent(request)
            if request.upload is not None:
                file = files.enter_context(request.upload.opened())
                sent["files"] = {"file": (request.upload.filename, file)}
            return await self._http.send(self._http.build_request(**sent), stream=True)


async def _read(response: httpx2.Response) -> Answer:
    try:
        return answer_from(response, await response.aread())
    finally:
        await response.aclose()


async def _unread(response: httpx2.Response) -> httpx2.Response:
    return response
