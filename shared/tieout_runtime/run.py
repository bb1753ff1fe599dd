"""Running a service: one process, one event loop, HTTP by granian, orderly stop on SIGTERM.

The loop is uvloop's: a service does many small things with sockets (ADR 0009).
"""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
import uvloop
from fastapi import FastAPI
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER_TIMEOUT_MS = 30_000
CONNECTIONS = 128  # served at once; further ones wait, whoever they are
RESTART_S = 1.0
FAILING_S = 10.0
POLL_S = 1.0
# As nginx lingers before it closes: so long in all, so long without a byte.
LINGER_S = 30.0
LINGER_IDLE_S = 5.0
_log = structlog.get_logger(__name__)


class Tasks:
    """Long-running work beside the routes; a task that ends or raises is started again."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failed: dict[str, tuple[float, str]] = {}

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        self._tasks[name] = asyncio.create_task(self._keep(name, work), name=name)

    async def _keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001  # it is restarted, and readiness says so
                _log.warning("task_failed", task=name, exc_info=error)
                self._failed[name] = (clock(), repr(error))
            await asyncio.sleep(RESTART_S)

    async def check(self) -> str | None:
        """Answer for readiness: which tasks failed within the last seconds."""
        since = asyncio.get_running_loop().time() - FAILING_S
        failing = {name: why for name, (when, why) in self._failed.items() if when > since}
        return "; ".join(f"{name}: {why}" for name, why in failing.items()) or None

    async def stop(self) -> None:
        """Cancel until all have ended: `asyncio.wait_for` can swallow a cancellation (3.11)."""
        while pending := {task for task in self._tasks.values() if not task.done()}:
            for task in pending:
                task.cancel()
            await asyncio.wait(pending, timeout=RESTART_S)


class Wakeup:
    """The sleep of a task between its rounds of work, which ends early when there is some."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()

    def wake(self, *_: object) -> None:
        """There is work; what is looked at already is looked at once more."""
        self._woken.set()

    def forget(self) -> None:
        """Leave to somebody else what work there is so far."""
        self._woken.clear()

    async def rounds(self) -> AsyncIterator[None]:
        """Give a turn at once, then after each `wake` and each second without one."""
        while True:
            self._woken.clear()
            yield
            try:
                async with asyncio.timeout(POLL_S):
                    await self._woken.wait()
            except TimeoutError:
                continue


class WholeRequests:
    """Pure ASGI: an answer leaves only after the body of its request has come.

    The server closes a connection with unread bytes, and the reset that follows overtakes an
    answer given early: the caller of an upload that is refused would see a broken connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        unread = scope["type"] == "http" and _has_body(scope)

        async def watched_receive() -> Message:
            nonlocal unread
            message = await receive()
            unread = bool(message.get("more_body", False))
            return message

        async def lingering_send(message: Message) -> None:
            if unread and message["type"] == "http.response.start":
                await read_rest()
            await send(message)

        async def read_rest() -> None:
            try:
                async with asyncio.timeout(LINGER_S):
                    while unread:
                        await asyncio.wait_for(watched_receive(), LINGER_IDLE_S)
            except TimeoutError:
                _log.info("body_left_unread", path=scope["path"])

        await self._app(scope, watched_receive, lingering_send)


def _has_body(scope: Scope) -> bool:
    """Tell whether the caller sends a body unasked (with `Expect` it waits to be asked)."""
    headers = Headers(scope=scope)
    announced = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    return announced and "expect" not in headers


def serve(
    app: FastAPI,
    *,
    host: str,
    port: int,
    endless: int = 0,
    on_stop: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT, then stop: no new requests, lifespan ends, exit 0.

    `endless` are answers that do not end by themselves, beside the others. `on_stop` ends them:
    stopping waits for all that are open.
    """
    connections = CONNECTIONS + endless
    uvloop.run(_serve(app, host=host, port=port, connections=connections, on_stop=on_stop))


async def _serve(
    app: FastAPI, *, host: str, port: int, connections: int, on_stop: Callable[[], None]
) -> None:
    server = Server(
        WholeRequests(app),
        address=host,
        port=port,
        interface=Interfaces.ASGINL,  # the lifespan is entered here: its errors end the process
        log_access=False,
        backpressure=connections,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT_MS),
    )
    loop = asyncio.get_running_loop()

    def stop() -> None:
        on_stop()
        server.stop()  # type: ignore[no-untyped-call]  # granian has no types there

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    async with app.router.lifespan_context(app):
        _calm_garbage_collection()
        await server.serve()


def _calm_garbage_collection() -> None:
    """Collect seldom: a delivery makes a hundred thousand values that all die with it.

    With the defaults the collector takes a third of the matcher's time, with 50,000 a twentieth.
    A service's `__main__` has it off until here, or it takes a fifth of the time of a start.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(500_000, 50, 50)
    gc.enable()
