"""One POST to a receiver nobody here knows: to a checked address, within bounds, never further.

The name is resolved once. Every address it has must be allowed, and the connection goes to one of
those very addresses; certificate and Host are those of the name. Redirects are answers like others.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import httpx2
import structlog

from tieout_gateway.domain.webhooks.addresses import Network, Target, may_be_sent_to

LOOK_UP_S = 3.0
# What a body has, and with it the end of the connection, beside the time up to the head.
BODY_TIMEOUTS, END_TIMEOUTS = 0.5, 0.75
_log = structlog.get_logger(__name__)
# Give the addresses of (host, port); raises OSError when there are none.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class AddressRefusedError(ValueError):
    """The host has an address that nothing is sent to; what was to be sent was not."""


class NotSentError(Exception):
    """No answer came: `reason` is a word for it. Whether the receiver saw the message is open."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Answered:
    """`body` is what was asked to be read of it: whole, or None when it is longer or late."""

    status_code: int
    retry_after: str | None
    body: bytes | None


@dataclass(frozen=True, kw_only=True)
class _Sending:
    """One message on its way; `limit` is how long that may take: up to the head, then the rest."""

    body: bytes
    headers: Mapping[str, str]
    read_bytes: int
    limit: asyncio.Timeout


@dataclass(frozen=True, kw_only=True)
class Receivers:
    """The way out: `also` are networks allowed beside the public one."""

    resolve: Resolve
    tls: ssl.SSLContext
    also: Sequence[Network]
    http_allowed: bool
    timeout_s: float

    async def addresses_of(self, target: Target) -> Sequence[str]:
        """Resolve and check; raises AddressRefusedError, or OSError when there is no address."""
        found = await self.resolve(target.host, target.port)
        if not found:
            raise OSError("the name has no address")
        if not all(may_be_sent_to(one, also=self.also) for one in found):
            raise AddressRefusedError("has an address that is not public")
        return found

    async def post(
        self, target: Target, body: bytes, headers: Mapping[str, str], *, read_bytes: int = 0
    ) -> Answered:
        """Send once; raises NotSentError. Of the answer at most `read_bytes` are read.

        An answer has come with its head: a body that breaks off or is late is none.
        """
        try:
            async with asyncio.timeout(self.timeout_s) as limit:
                sending = _Sending(body=body, headers=headers, read_bytes=read_bytes, limit=limit)
                return await self._post(target, sending)
        except AddressRefusedError as error:
            raise NotSentError("address_refused") from error
        except TimeoutError as error:
            raise NotSentError("timeout") from error
        except (httpx2.HTTPError, OSError) as error:
            raise NotSentError(_word_for(error)) from error

    async def _post(self, target: Target, sending: _Sending) -> Answered:
        addresses = await self.addresses_of(target)
        for address in addresses:
            try:
                return await self._post_to(address, target, sending)
            except httpx2.ConnectError:
                if address == addresses[-1]:
                    raise  # before that nothing was sent: the name's next may be reachable
        raise AssertionError("unreachable: there is an address")

    async def _post_to(self, address: str, target: Target, sending: _Sending) -> Answered:
        """Use a connection of its own: a shared one was verified for another name."""
        async with (
            httpx2.AsyncClient(
                verify=self.tls, trust_env=False, follow_redirects=False, timeout=self.timeout_s
            ) as client,
            client.stream(
                "POST",
                target.at(address),
                content=sending.body,
                headers={
                    **sending.headers,
                    "host": target.host_header,
                    "accept-encoding": "identity",
                },
                extensions={"sni_hostname": target.host},
            ) as answer,
        ):
            now_s = asyncio.get_running_loop().time()
            sending.limit.reschedule(now_s + self.timeout_s * END_TIMEOUTS)
            return Answered(
                status_code=answer.status_code,
                retry_after=answer.headers.get("retry-after"),
                body=await _read(answer, sending.read_bytes, self.timeout_s * BODY_TIMEOUTS),
            )


async def _read(answer: httpx2.Response, at_most: int, within_s: float) -> bytes | None:
    """Read a body of at most so many bytes; None when it is no such one, or none is wanted."""
    if not at_most:
        return None
    read = b""
    try:
        async with asyncio.timeout(within_s):
            async for part in answer.aiter_raw():
                read += part
                if len(read) > at_most:
                    return None
    except (TimeoutError, httpx2.HTTPError) as error:
        _log.info("webhook_answer_unread", error=repr(error))
        return None
    return read


async def checked(target: Target, receivers: Receivers) -> None:
    """Look a host up ahead of time; raises AddressRefusedError. One not found yet may be later."""
    try:
        async with asyncio.timeout(LOOK_UP_S):
            await receivers.addresses_of(target)
    except (OSError, TimeoutError) as error:
        _log.info("webhook_host_unknown", error=repr(error))


def _word_for(error: Exception) -> str:
    causes: list[BaseException] = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(cause)
    if any(isinstance(one, ssl.SSLError) for one in causes):
        return "tls"
    if any(isinstance(one, socket.gaierror) for one in causes):
        return "no_such_host"
    return "no_connection" if isinstance(error, httpx2.ConnectError | OSError) else "no_answer"


def system_resolver(executor: Executor) -> Resolve:
    """Ask the system, in threads of its own: a name server that hangs holds nothing else up."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        found = await asyncio.get_running_loop().run_in_executor(
            executor, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    return resolve
