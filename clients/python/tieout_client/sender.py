"""Requests sent from threads."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, suppress
from typing import Any, TypeVar

import httpx2

from tieout_client.answer import Answer
from tieout_client.connection import Connection, answer_from
from tieout_client.following import Followed, Following
from tieout_client.model import M, many_of, one_of
from tieout_client.paging import P, Paging, T
from tieout_client.request import Request
from tieout_client.streamed import Streamed

R = TypeVar("R")


class Sender:
    """Sends until there is an answer or no patience; every method may raise TieoutError."""

    def __init__(
        self, connection: Connection, http: httpx2.Client, sleep: Callable[[float], None]
    ) -> None:
        self._connection = connection
        self._http = http
        self._sleep = sleep

    def one(self, kind: type[M], request: Request) -> M:
        return one_of(kind, self._send(request))

    def maybe(self, kind: type[M], request: Request) -> M | None:
        """Read an object where one is answered, else None."""
        answer = self._send(request)
        return one_of(kind, answer) if answer.body else None

    def many(self, kind: type[M], request: Request) -> list[M]:
        return many_of(kind, self._send(request))

    def nothing(self, request: Request) -> None:
        self._send(request)

    def each(self, paging: Paging[P, T], request: Request) -> Iterator[T]:
        """Read page after page, each when it is needed."""
        behind = 0
        following: Request | None = request
        while following is not None:
            page = self.one(paging.page, following)
            items = paging.items(page)
            yield from items
            behind += len(items)
            following = paging.onward(following, page, behind)

    def streamed(self, request: Request) -> Streamed:
        return Streamed(lambda: self._until_answered(request, _unread))

    def followed(self, kind: type[M], request: Request) -> Generator[Followed[M], None, None]:
        """Listen without an end; come back to where it broke off."""
        following = Following(kind=kind, request=request)
        while True:
            with suppress(httpx2.TransportError), self.streamed(following.begun()) as stream:
                for line in stream.lines():
                    if (told := following.take(line)) is not None:
                        yield told
            self._sleep(following.wait_seconds)

    def _send(self, request: Request) -> Answer:
        return self._until_answered(request, _read)

    def _until_answered(self, request: Request, take: Callable[[httpx2.Response], R]) -> R:
        """Send until the answer is a success, and give what is taken of it."""
        request, attempts = self._connection.begin(request)
        while True:
            try:
                response = self._once(request)
                if response.is_success:
                    return take(response)
                answer = _read(response)
            except httpx2.TransportError as error:
                wait = self._connection.wait_after_failure(attempts, error)
            else:
                wait = self._connection.wait_after_refusal(attempts, answer)
            self._sleep(wait)

    def _once(self, request: Request) -> httpx2.Response:
        with ExitStack() as files:
            sent: dict[str, Any] = self._connection.sent(request)
            if request.upload is not None:
                file = files.enter_context(request.upload.opened())
                sent["files"] = {"file": (request.upload.filename, file)}
            return self._http.send(self._http.build_request(**sent), stream=True)


def _read(response: httpx2.Response) -> Answer:
    try:
        return answer_from(response, response.read())
    finally:
        response.close()


def _unread(response: httpx2.Response) -> httpx2.Response:
    return response
