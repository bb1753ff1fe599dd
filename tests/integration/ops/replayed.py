"""Matcher and exceptions on one database, with the journals that a replay reads."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from fixtures.postgres import Database
from fixtures.run import current_run
from integration.exceptions.conftest import pool_of
from integration.matcher.world import Key, World, common_settings, open_world
from tieout_contracts.record import RecordAccepted, RecordVersion
from tieout_contracts.topics import RECORDS
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.handlers import Delivery, Outcomes, read_delivery
from tieout_ops.auditor import prepare_auditor
from tieout_ops.replay_exceptions import replay_exceptions
from tieout_ops.replay_journal import outcome_chunks
from tieout_ops.replay_matcher import replay_matcher
from tieout_ops.replay_report import Compared
from tieout_runtime import outbox
from tieout_runtime.postgres import Pool, open_pool, transaction


@dataclass(kw_only=True)
class Product:
    """`world` is the matcher; what it tells is applied by `project`."""

    database: Database
    world: World
    ingest: Pool
    exceptions: Pool

    async def arrive(self, records: Sequence[RecordAccepted], *, batch: int | None = None) -> None:
        """Let ingest tell of records and the matcher decide them."""
        await self.publish(records)
        await self.world.deliver(records, batch=batch)

    async def publish(self, records: Sequence[RecordVersion]) -> None:
        """Put records into ingest's journal, a row for each reconciliation."""
        keys = {(one.organization_id, one.reconciliation_id) for one in records}
        events = [
            outbox.Events(
                topic=RECORDS,
                key=str(reconciliation_id),
                organization_id=organization_id,
                source="tieout/ingest",
                at=self.world.clock(),
                messages=[
                    outbox.Message(msgspec.json.encode(one), "", "", "")
                    for one in records
                    if one.reconciliation_id == reconciliation_id
                ],
            )
            for organization_id, reconciliation_id in sorted(keys)
        ]
        async with transaction(self.ingest) as connection:
            await outbox.add(connection, *events)

    async def late(self, key: Key, *, until: int | None = None, batch: int = 7) -> None:
        """Let what is open be overdue, and exceptions hear of everything so far."""
        await self.world.claim(self.world.clock() + timedelta(days=30))
        await self.project(key, until=until, batch=batch)

    async def project(self, key: Key, *, until: int | None = None, batch: int = 7) -> None:
        """Deliver all outcomes up to a number to exceptions, in batches."""
        deliveries: list[Delivery] = []
        async with self.world.worker.acquire() as connection, connection.transaction():
            async for chunk in outcome_chunks(connection, key):
                deliveries += [read_delivery(one) for one in chunk.deliveries]
        outcomes = Outcomes(scale=SeverityScale())
        deliveries = deliveries[:until]
        for start in range(0, len(deliveries), batch):
            async with transaction(self.exceptions) as connection:
                await outcomes.on_outcomes(connection, deliveries[start : start + batch])

    async def change(self, statement: str) -> None:
        """Change the live projection behind everybody's back."""
        changed = await self.exceptions.execute(statement)
        assert not changed.endswith(" 0"), "nothing was changed"

    async def replay_exceptions(self, organization_id: int | None = None) -> list[Compared]:
        with current_run().lock("template"):  # roles belong to the server
            return await replay_exceptions(
                self.database.url,
                role_password=self.database.role_password,
                organization_id=organization_id,
            )

    async def replay_matcher(self, organization_id: int | None = None) -> list[Compared]:
        with current_run().lock("template"):
            return await replay_matcher(
                self.database.url,
                role_password=self.database.role_password,
                organization_id=organization_id,
            )


@asynccontextmanager
async def open_product(database: Database) -> AsyncIterator[Product]:
    with current_run().lock("template"):
        await prepare_auditor(database.url, role_password=database.role_password)
    ingest = await open_pool(
        common_settings(database), service="ingest", role="worker", max_connections=1
    )
    try:
        async with open_world(database) as world, pool_of(database, "worker") as exceptions:
            yield Product(database=database, world=world, ingest=ingest, exceptions=exceptions)
    finally:
        await ingest.close()
