"""A gateway's live events over a log that a test writes."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias

from tieout_gateway.domain.principal import Principal
from tieout_gateway.live.hub import Hub
from tieout_gateway.live.ids import EventIds
from tieout_gateway.live.listener import Wanted
from tieout_gateway.live.streams import LiveEvents
from tieout_gateway.live.telling import StreamKeys
from tieout_runtime.run import Tasks
from unit.gateway.live_log import MemoryLog

ALL = Wanted(types=None, reconciliation_id=None)
Frame: TypeAlias = dict[str, str]
Frames: TypeAlias = AsyncGenerator[bytes, None]


async def _keys() -> StreamKeys:
    return {11: "bank"}


async def _may_stay() -> None:
    """Say nothing against it."""


def _principal(organization_id: int, key: str) -> Principal:
    return Principal(
        organization_id=organization_id,
        account_id=1,
        key_prefix=key,
        scopes=frozenset({"view"}),
        organization_ids=frozenset({organization_id}),
    )


class Live:
    """What runs in a gateway; each stream is opened as a route does."""

    def __init__(self, log: MemoryLog, **limits: int) -> None:
        ids = EventIds("a secret of tests")
        self.log = log
        self.hub = Hub(
            log=log,  # type: ignore[arg-type]  # it stands in
            ids=ids,
            **({"streams": 10, "streams_per_key": 10} | limits),
        )
        self.events = LiveEvents(hub=self.hub, ids=ids)

    def open(
        self, organization_id: int = 1, *, key: str = "tie_1", **given: Any
    ) -> AbstractAsyncContextManager[Frames]:
        return self.events.opened(
            principal=_principal(organization_id, key),
            wanted=given.get("wanted", ALL),
            last_event_id=given.get("last_event_id"),
            ask_keys=_keys,
            check=given.get("check", _may_stay),
        )


@asynccontextmanager
async def running(log: MemoryLog, **limits: int) -> AsyncIterator[Live]:
    live, tasks = Live(log, **limits), Tasks()
    tasks.start("hub", live.hub.run)
    try:
        yield live
    finally:
        await tasks.stop()


def parsed(pieces: bytes) -> list[Frame]:
    blocks = [block for block in pieces.decode().split("\n\n") if block]
    return [dict(line.partition(": ")[::2] for line in block.split("\n")) for block in blocks]
