"""A gateway with a receiver: events are put in as the broker delivers them, and sent when told."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import asyncpg
from aiokafka import ConsumerRecord

from contracts.snapshots import example_files
from fixtures.postgres import Database
from fixtures.receiver import Receiver, running_receiver
from integration.gateway.conftest import Gateway, open_gateway, settings_of
from tieout_contracts.topics import EXCEPTIONS, MATCHES
from tieout_gateway.domain.webhooks.sealing import Seal
from tieout_gateway.webhooks.connecting import Receivers
from tieout_gateway.webhooks.sender import Sender, Sending
from tieout_gateway.webhooks.stream_keys import StreamNames
from tieout_gateway.webhooks.taking import Taking, read_announced
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.intake import Intake
from tieout_runtime.postgres import Pool, open_pool

ENDPOINTS, DELIVERIES = "/v1/webhook_endpoints", "/v1/webhook_deliveries"
STREAMS = [{"id": 11, "key": "bank"}, {"id": 12, "key": "books"}]
_EXAMPLES = {
    file.stem: (topic, file)
    for topic in (MATCHES, EXCEPTIONS)
    for name in topic.messages
    for file in example_files(topic.suffix, name)
}
_numbers = count(1)


class Killed(BaseException):
    """The process has died: nothing after this line was done."""


class DiesOnceSent(Failpoint):
    def hit(self, name: str) -> None:
        assert name == "webhook_sent"
        raise Killed


@dataclass(frozen=True, kw_only=True)
class Hooks:
    gateway: Gateway
    receiver: Receiver
    pool: Pool
    database: Database

    async def endpoint(self, **members: Any) -> Any:
        """Make an endpoint at the receiver; a later event is told to it."""
        body = {"url": self.receiver.url, **members}
        answer = await self.gateway.ask("POST", ENDPOINTS, json=body)
        assert answer.status_code == 201, answer.text
        self.gateway.clock.pass_(seconds=1)
        return answer.json()

    async def tell(self, name: str, *, again: ConsumerRecord | None = None, **headers: str) -> Any:
        """Have the broker deliver an event (or variant) of our organisation, decided now."""
        record = again or self._record(name, headers)
        intake = Intake(
            pool=self.pool,
            decode=read_announced,
            handle=Taking(
                name_streams=StreamNames(self.gateway.app.state.owners.ingest),
                clock=self.gateway.clock,
                kept_for=timedelta(days=30),
                wake=lambda: None,
            ).on_events,
            failpoint=Failpoint(),
        )
        await intake.on_batch([record])
        return record

    def _record(self, name: str, headers: dict[str, str]) -> ConsumerRecord:
        topic, file = _EXAMPLES[name]
        number, at = next(_numbers), self.gateway.clock().isoformat()
        own = self.gateway.organization_id
        value = json.loads(file.read_text()) | {"organization_id": own, "seq": number, "at": at}
        sent = {
            "organization": str(own),
            "ce_type": name.partition("-")[0],
            "ce_id": f"{value['reconciliation_id']}:{number}",
            "ce_time": at,
            **headers,
        }
        named = [(key, text.encode()) for key, text in sent.items()]
        body = json.dumps(value).encode()
        return ConsumerRecord(
            f"tieout.{topic.suffix}", 0, number, 0, 0, b"21", body, None, 0, len(body), named
        )

    def receivers(self, **changed: Any) -> Receivers:
        """Give the gateway's way out, with this changed."""
        there: Receivers = self.gateway.app.state.receivers
        return replace(there, **changed)

    def sender(self, *, failpoint: Failpoint | None = None, **receivers: Any) -> Sender:
        return Sender(
            Sending(
                pool=self.pool,
                receivers=self.receivers(**receivers),
                seal=Seal.under(self.gateway.app.state.settings.key_pepper.get_secret_value()),
                clock=self.gateway.clock,
                factor=1.0,
                failpoint=failpoint or Failpoint(),
            )
        )

    async def send(self, sender: Sender | None = None) -> int:
        """Send what is due now, once; how many there were."""
        sending = sender or self.sender()
        begun = await sending.begin_due()
        await sending.finish()
        return begun

    async def deliveries(self, **query: Any) -> list[Any]:
        answer = await self.gateway.ask("GET", DELIVERIES, params=query)
        assert answer.status_code == 200, answer.text
        found: list[Any] = answer.json()["data"]
        return found

    async def delivery(self, endpoint: Any) -> Any:
        (one,) = await self.deliveries(webhook_endpoint_id=endpoint["id"])
        return one

    async def shown(self, endpoint: Any) -> Any:
        return (await self.gateway.ask("GET", f"{ENDPOINTS}/{endpoint['id']}")).json()

    async def rows(self, query: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.database.url)
        try:
            return list(await connection.fetch(query))
        finally:
            await connection.close()

    async def begin_anew(self) -> None:
        """Forget what was before, as if gateway and receiver had just been made."""
        self.gateway.ingest.reset()
        self.gateway.exceptions.reset()
        self.gateway.ingest.answer("GET", "/internal/streams", STREAMS)
        self.receiver.reset()
        # The library that verifies reads the real clock, and allows for five minutes.
        self.gateway.clock.now = datetime.fromtimestamp(time.time(), tz=UTC)
        await self.rows(
            "TRUNCATE gateway.webhook_endpoint, gateway.webhook_delivery, gateway.outbox,"
            " gateway.dead_letter, gateway.delivery_attempt, gateway.idempotency_key"
        )


@asynccontextmanager
async def open_hooks(database: Database) -> AsyncIterator[Hooks]:
    settings = {"webhook_allow_private": "127.0.0.0/8", "webhook_allow_http": True}
    async with open_gateway(database, **settings) as gateway:
        pool = await open_pool(
            settings_of(database), service="gateway", role="worker", max_connections=4
        )
        try:
            with running_receiver() as receiver:
                yield Hooks(gateway=gateway, receiver=receiver, pool=pool, database=database)
        finally:
            await pool.close()
