"""All listeners of this process, and the one reader that tells them what comes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog
from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError

from tieout_gateway.domain.event_marks import Mark, Offsets, Place, is_reached
from tieout_gateway.domain.public_events import PublicEvent
from tieout_gateway.live.ids import EventIds
from tieout_gateway.live.listener import Listener, Reason
from tieout_gateway.live.log import EventLog, GapError, Reading
from tieout_gateway.live.telling import AskKeys, Teller, organization_of, told_by
from tieout_runtime.problems import Problem, unavailable

OPENED_WITHIN_S = 10.0
IDLE_S = 30.0  # so long the reader stays when nobody listens
RESTART_S = 1.0
PATIENCE_STEP_S = 0.005
COME_BACK_S = 5
_log = structlog.get_logger(__name__)


class Hub:
    """Passes on what happens from now on; it reads only while somebody listens."""

    def __init__(self, *, log: EventLog, ids: EventIds, streams: int, streams_per_key: int) -> None:
        self.log = log
        self._ids = ids
        self._limits = (streams, streams_per_key)
        self._joined: dict[Listener, Teller] = {}
        self._attached: dict[int, set[Listener]] = {}
        self._of_key: Counter[str] = Counter()
        self._tellers: dict[int, Teller] = {}
        self._needed = asyncio.Event()
        self._reading = asyncio.Event()
        self._moved = asyncio.Event()  # set for a moment, after each read
        self._stopping = False
        self.offsets: Offsets = {}

    @asynccontextmanager
    async def joined(self, listener: Listener, ask_keys: AskKeys) -> AsyncIterator[Teller]:
        """Keep a place for a listener, who hears nothing yet; raises Problem 429 or 503."""
        key = listener.principal.key_prefix or f"user {listener.principal.account_id}"
        self._check_limits(key)
        organization_id = listener.organization_id
        teller = self._tellers.get(organization_id) or Teller(
            organization_id=organization_id, ids=self._ids, ask_keys=ask_keys
        )
        self._tellers[organization_id] = self._joined[listener] = teller
        self._of_key[key] += 1
        try:
            yield teller
        finally:
            self._leave(listener, key)

    def _check_limits(self, key: str) -> None:
        if self._stopping:
            raise unavailable("this process stops")
        streams, streams_per_key = self._limits
        for count, limit in ((self._of_key[key], streams_per_key), (len(self._joined), streams)):
            if count >= limit:
                detail = f"{limit} event streams are open; close one, or come back later"
                headers = {"Retry-After": str(COME_BACK_S)}
                raise Problem(429, "too_many_streams", detail, headers=headers)

    def _leave(self, listener: Listener, key: str) -> None:
        organization_id = listener.organization_id
        del self._joined[listener]
        attached = self._attached.get(organization_id, set())
        attached.discard(listener)
        if not attached:
            self._attached.pop(organization_id, None)
        if all(one.organization_id != organization_id for one in self._joined):
            del self._tellers[organization_id]
        self._of_key[key] -= 1
        if not self._of_key[key]:
            del self._of_key[key]

    async def begun(self, listener: Listener) -> None:
        """Wait until the reader is there; raises Problem 503 when the broker is away."""
        self._needed.set()
        try:
            async with asyncio.timeout(OPENED_WITHIN_S):
                await self._reading.wait()
        except TimeoutError as error:
            raise unavailable("events cannot be read for now") from error
        if listener.reason is not None:
            raise unavailable("events cannot be read for now")

    def attach(self, listener: Listener) -> Offsets:
        """Let a listener hear everything from the offsets that are returned on."""
        self._attached.setdefault(listener.organization_id, set()).add(listener)
        return self.offsets

    async def reached(self, mark: Mark) -> None:
        """Wait until the reader is past a mark: the process that told of it was ahead of us."""
        while not is_reached(mark, self.offsets):
            await self._moved.wait()

    def stop(self) -> None:
        """End all streams, and open none any more: the process is about to stop."""
        self._stopping = True
        self._end_all("shutting_down")

    def _end_all(self, reason: Reason) -> None:
        for listener in self._joined:
            listener.end(reason)

    async def run(self) -> None:
        """Read while somebody listens, until cancelled."""
        while True:
            await self._needed.wait()
            try:
                async with self.log.open() as reading:
                    self.offsets = await reading.ends()
                    reading.go_to(self.offsets)
                    await self._follow(reading)
            except (KafkaError, GapError) as error:
                _log.warning("live_reading_interrupted", error=repr(error))
                await asyncio.sleep(RESTART_S)

    async def _follow(self, reading: Reading) -> None:
        """Pass on until nobody has listened for a while; whoever listens when it fails is ended."""
        clock = asyncio.get_running_loop().time
        quiet_since = clock()
        self._reading.set()
        try:
            while self._joined or clock() < quiet_since + IDLE_S:
                if self._joined:
                    quiet_since = clock()
                for place, record in await reading.read():
                    await self._pass_on(place, record)
                self._moved.set()
                self._moved.clear()
            self._needed.clear()
        finally:
            self._reading.clear()
            self._end_all("interrupted")

    async def _pass_on(self, place: Place, record: ConsumerRecord) -> None:
        """Tell the listeners of its organisation, and be past the message: in one step."""
        if record.offset != self.offsets[place]:
            raise GapError(f"{place} goes on at {record.offset}, not {self.offsets[place]}")
        organization_id = organization_of(record)
        listeners: Sequence[Listener] = ()
        frames: list[tuple[PublicEvent, bytes]] = []
        if organization_id in self._attached:
            told = told_by(place, record, self.offsets)
            teller = self._tellers[organization_id]
            await teller.learn(told)
            listeners = tuple(self._attached.get(organization_id, ()))
            wanted = [one for one in told if any(who.wanted.has(one.event) for who in listeners)]
            frames = [(one.event, teller.frame(one)) for one in wanted]
        self.offsets = {**self.offsets, place: record.offset + 1}
        for who in listeners:
            if own := [frame for event, frame in frames if who.wanted.has(event)]:
                who.offer(own)
        await _be_patient(listeners)


async def _be_patient(listeners: Sequence[Listener]) -> None:
    """Let what waits be sent, so that a burst cuts nobody who keeps up.

    Each is waited for only so long before its line has to have been empty again.
    """
    clock = asyncio.get_running_loop().time
    since = clock()
    while behind := [one for one in listeners if one.is_half_full and one.patience_s > 0]:
        await asyncio.sleep(PATIENCE_STEP_S)
        now = clock()
        for one in behind:
            one.patience_s -= now - since
        since = now
