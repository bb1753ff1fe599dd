"""Events in: what endpoints want to be told becomes deliveries, in the transaction of the batch.

Headers decide whether an event can interest anybody; most are never decoded.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from aiokafka import ConsumerRecord
from pydantic_core import to_json

from tieout_contracts.ids import integer_id
from tieout_gateway.domain.public_events import PUBLISHED, PublicEvent, public_events_of
from tieout_gateway.domain.webhooks.signing import webhook_id_of
from tieout_gateway.shapes.public_events import event_of
from tieout_gateway.webhooks.deliveries import NewDelivery, add_deliveries
from tieout_gateway.webhooks.endpoints import Subscriber, subscribers
from tieout_runtime.intake import Refusals
from tieout_runtime.postgres import Connection

# Give the keys of an organisation's streams; one that is no more is left out.
NameStreams = Callable[[int, Iterable[int]], Awaitable[Mapping[int, str]]]


class Announced(msgspec.Struct, frozen=True, gc=False):
    """An event as its headers announce it."""

    organization_id: int
    type: str
    at: str
    value: bytes

    @property
    def time(self) -> datetime:
        """When it was decided; raises ValueError."""
        time = datetime.fromisoformat(self.at)
        if time.tzinfo is None:
            raise ValueError("ce_time names no timezone")
        return time


def read_announced(record: ConsumerRecord) -> Announced:
    """Read the headers of an event; raises ValueError when they do not announce one."""
    headers = dict(record.headers)
    try:
        return Announced(
            integer_id(headers["organization"].decode()),
            headers["ce_type"].decode(),
            headers["ce_time"].decode(),
            record.value,
        )
    except KeyError as error:
        raise ValueError(f"the header {error} is missing") from error


@dataclass(frozen=True, kw_only=True)
class Taking:
    """Makes deliveries; `kept_for` is how far back an event can be known to have been told."""

    name_streams: NameStreams
    clock: Callable[[], datetime]
    kept_for: timedelta
    wake: Callable[[], None]

    async def on_events(self, connection: Connection, events: Sequence[Announced]) -> Refusals:
        """Keep what is to be sent, once for each endpoint; refuse what cannot be read."""
        organizations = {one.organization_id for one in events if one.type in PUBLISHED}
        by_organization = defaultdict(list)
        for one in await subscribers(connection, sorted(organizations)):
            by_organization[one.organization_id].append(one)
        if not by_organization:
            return {}
        at = self.clock()
        refused: dict[int, str] = {}
        new: list[NewDelivery] = []
        for index, announced in enumerate(events):
            try:
                told = self._to_be_told(announced, by_organization[announced.organization_id], at)
                if told:
                    new += await self._deliveries(announced, told)
            except (msgspec.MsgspecError, ValueError) as error:
                refused[index] = f"not decodable: {error}"
        if new:
            await add_deliveries(connection, new, at=at)
            self.wake()
        return refused

    def _to_be_told(
        self, announced: Announced, all_: Sequence[Subscriber], at: datetime
    ) -> list[Subscriber]:
        """Choose who may be told: nobody of what was before they asked, or long ago."""
        may = [one for one in all_ if one.may_want(announced.type)]
        if not may or announced.time < at - self.kept_for:
            return []
        return [one for one in may if one.told_from <= announced.time]

    async def _deliveries(
        self, announced: Announced, told: Sequence[Subscriber]
    ) -> list[NewDelivery]:
        new = []
        for event in public_events_of(announced.type, announced.value):
            if event.organization_id != announced.organization_id:
                raise ValueError("header and value name different organisations")
            wanting = [one for one in told if one.wants(event.type)]
            if wanting:
                payload = await self._payload(event)
                new += [_delivery(one, event, payload) for one in wanting]
        return new

    async def _payload(self, event: PublicEvent) -> str:
        """Write the body that is kept, signed and sent: End Close's, and the standard's `type`."""
        keys = await self.name_streams(event.organization_id, event.stream_ids)
        shown = event_of(event, keys).model_dump(mode="json", by_alias=True)
        return to_json({"type": event.type, **shown}).decode()


def _delivery(to: Subscriber, event: PublicEvent, payload: str) -> NewDelivery:
    return NewDelivery(
        organization_id=to.organization_id,
        webhook_endpoint_id=to.webhook_endpoint_id,
        event_id=event.id,
        event_type=event.type,
        webhook_id=webhook_id_of(endpoint_id=to.webhook_endpoint_id, event_id=event.id),
        payload=payload,
    )
