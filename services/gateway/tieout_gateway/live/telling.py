"""From a message of the log to the frames of one organisation's listeners."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import structlog
from aiokafka import ConsumerRecord

from tieout_gateway.domain.event_marks import Mark, Offsets, Place, marks_within
from tieout_gateway.domain.public_events import PUBLISHED, PublicEvent, public_events_of
from tieout_gateway.live.frames import event_frame
from tieout_gateway.live.ids import EventIds
from tieout_runtime.problems import Problem

KEYS_ASKED_EVERY_S = 5.0
StreamKeys = Mapping[int, str]
AskKeys = Callable[[], Awaitable[StreamKeys]]
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event, and where a listener is who was told it."""

    event: PublicEvent
    mark: Mark


def organization_of(record: ConsumerRecord) -> int | None:
    """Read whose message it is, without decoding it; None for one that no caller is told of."""
    named = dict(record.headers)
    if named.get("ce_type", b"").decode(errors="replace") not in PUBLISHED:
        return None
    number = named.get("organization", b"")
    return int(number) if number.isdigit() else None


def told_by(place: Place, record: ConsumerRecord, offsets: Offsets) -> list[Told]:
    """Read what a message tells; one that cannot be read tells nothing, and the log says so."""
    ce_type = dict(record.headers)["ce_type"].decode()
    try:
        events = public_events_of(ce_type, record.value)
    except msgspec.MsgspecError as error:
        _log.warning("not_told", place=place, offset=record.offset, error=str(error))
        return []
    marks = marks_within(offsets, place, record.offset, len(events)) if events else []
    return [Told(event=event, mark=mark) for event, mark in zip(events, marks, strict=True)]


class Teller:
    """Renders for the listeners of one organisation; knows the keys of its data streams."""

    def __init__(self, *, organization_id: int, ids: EventIds, ask_keys: AskKeys) -> None:
        self._organization_id = organization_id
        self._ids = ids
        self._ask_keys = ask_keys
        self._keys: StreamKeys = {}
        self._asked_at = float("-inf")

    async def learn(self, told: Sequence[Told]) -> None:
        """Ask for the keys of data streams that are new; one that is deleted stays without."""
        streams = {stream for one in told for stream in one.event.stream_ids}
        now = asyncio.get_running_loop().time()
        if streams <= self._keys.keys() or now < self._asked_at + KEYS_ASKED_EVERY_S:
            return
        self._asked_at = now
        try:
            self._keys = await self._ask_keys()
        except Problem as problem:
            _log.warning("stream_keys_unknown", detail=problem.detail)

    def frame(self, told: Told) -> bytes:
        return event_frame(told.event, event_id=self.id_of(told.mark), stream_keys=self._keys)

    def id_of(self, mark: Mark) -> str:
        return self._ids.seal(mark, organization_id=self._organization_id)
