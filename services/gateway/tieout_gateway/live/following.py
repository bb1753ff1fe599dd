"""One listener's stream, from where they were: first what they missed, then what comes."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from aiokafka.errors import KafkaError

from tieout_gateway.domain.event_marks import (
    Mark,
    Offsets,
    behind,
    is_lost,
    with_places,
)
from tieout_gateway.live.frames import beat_frame, ended_frame, opened_frame, reset_frame
from tieout_gateway.live.hub import Hub
from tieout_gateway.live.listener import PIECE_BYTES, Listener
from tieout_gateway.live.log import GapError, Reading
from tieout_gateway.live.telling import Teller, organization_of, told_by

BEAT_S = 15.0
NEAR_MESSAGES = 1000  # so little is missed that what comes meanwhile can wait in the line
CATCHING_UP = 4  # so many of a process read what they missed at once; the others wait
_log = structlog.get_logger(__name__)


class Following:
    """What listeners' streams are made of."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._catching_up = asyncio.Semaphore(CATCHING_UP)

    async def frames(
        self, listener: Listener, teller: Teller, mark: Mark | None
    ) -> AsyncGenerator[bytes, None]:
        """Give all of a stream until it ends, and why; a beat when there is nothing for long."""
        ended = asyncio.create_task(listener.ended.wait())
        coming: asyncio.Task[bytes] | None = None
        async with aclosing(self._told(listener, teller, mark)) as told:
            try:
                while not listener.ended.is_set():
                    coming = coming or asyncio.create_task(_next_of(told))
                    both = {coming, ended}
                    await asyncio.wait(both, timeout=BEAT_S, return_when=asyncio.FIRST_COMPLETED)
                    if coming.done():
                        piece, coming = coming.result(), None
                        yield piece
                    elif not ended.done():
                        yield self._beat(listener, teller)
            except (KafkaError, GapError) as error:
                _log.warning("stream_interrupted", error=repr(error))
                listener.end("interrupted")
            finally:
                ended.cancel()
                if coming is not None:
                    coming.cancel()
                    await asyncio.gather(coming, return_exceptions=True)
        yield ended_frame(listener.reason or "interrupted")

    def _beat(self, listener: Listener, teller: Teller) -> bytes:
        """Say where they are by now: who hears nothing for long does not fall behind."""
        if not (listener.is_caught_up and listener.is_idle):
            return beat_frame(None)
        return beat_frame(teller.id_of(Mark(offsets=self._hub.offsets)))

    async def _told(
        self, listener: Listener, teller: Teller, mark: Mark | None
    ) -> AsyncGenerator[bytes, None]:
        if mark is None or mark == Mark(offsets=self._hub.offsets):
            now = self._hub.attach(listener)
            yield opened_frame(teller.id_of(Mark(offsets=now)))
        else:
            async with aclosing(self._missed(listener, teller, mark)) as missed:
                async for piece in missed:
                    yield piece
        listener.is_caught_up = True
        while True:
            yield await listener.take()

    async def _missed(
        self, listener: Listener, teller: Teller, mark: Mark
    ) -> AsyncGenerator[bytes, None]:
        """Give what was missed, and attach the listener where that ends.

        When something is lost, they are told to read anew and begin now.
        """
        async with self._catching_up, self._hub.log.open() as reading:
            begins, ends = await reading.begins(), await reading.ends()
            if is_lost(mark, begins=begins, ends=ends):
                now = self._hub.attach(listener)
                yield reset_frame(teller.id_of(Mark(offsets=now)))
                return
            mark = with_places(mark, ends)
            yield opened_frame(teller.id_of(mark))
            await self._hub.reached(mark)
            is_attached = False
            while not is_attached:
                is_attached = behind(mark, self._hub.offsets) <= NEAR_MESSAGES
                until = self._hub.attach(listener) if is_attached else self._hub.offsets
                async with aclosing(_read(reading, listener, teller, mark, until)) as pieces:
                    async for piece in pieces:
                        yield piece
                mark = Mark(offsets=until)


async def _next_of(pieces: AsyncGenerator[bytes, None]) -> bytes:
    return await anext(pieces)


async def _read(
    reading: Reading, listener: Listener, teller: Teller, mark: Mark, until: Offsets
) -> AsyncGenerator[bytes, None]:
    """Give what is after the mark and before the offsets `until`, in pieces."""
    offsets = dict(mark.offsets)
    reading.go_to(offsets)
    reading.only({place for place in offsets if offsets[place] < until[place]})
    while any(offsets[place] < until[place] for place in offsets):
        piece = bytearray()
        for place, record in await reading.read():
            if record.offset >= until[place]:
                continue
            if record.offset != offsets[place]:
                raise GapError(f"{place} goes on at {record.offset}, not {offsets[place]}")
            if organization_of(record) == listener.organization_id:
                told = told_by(place, record, offsets)[mark.told_of(place, record.offset) :]
                await teller.learn(told)
                for one in told:
                    piece += teller.frame(one) if listener.wanted.has(one.event) else b""
            offsets[place] = record.offset + 1
            if len(piece) >= PIECE_BYTES:
                yield bytes(piece)
                piece.clear()
        if piece:
            yield bytes(piece)
