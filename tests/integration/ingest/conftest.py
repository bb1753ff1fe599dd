"""Ingest in this process: its routes and loaders on real Postgres, without a broker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import lz4.frame
import msgspec
import pytest
from fastapi import FastAPI

from fixtures.in_process import InProcess
from fixtures.kafka import KafkaForTest
from fixtures.postgres import Database
from tieout_contracts.config_events import ReconciliationConfig, StreamSide
from tieout_ingest.domain.limits import Limits
from tieout_ingest.ledger_runs import LedgerRuns
from tieout_ingest.loading.backfill import Backfiller
from tieout_ingest.loading.bulk import BulkLoader
from tieout_ingest.loading.emptying import OperationRunner
from tieout_ingest.loading.file_deletion import FileDeletion
from tieout_ingest.loading.imports import ImportLoader, ImportSettings
from tieout_ingest.loading.record_changes import ChangeResumer, RecordChanges
from tieout_ingest.loading.routing import apply_configs
from tieout_ingest.loading.stream_operations import StreamOperations
from tieout_ingest.matcher import Matcher
from tieout_ingest.routes.context import Context
from tieout_ingest.uploads.spool import Spool
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.internal import InternalClient
from tieout_runtime.outbox import Chunk
from tieout_runtime.postgres import Pool, open_pool, transaction
from tieout_runtime.run import Tasks
from tieout_runtime.settings import CommonSettings

from .program import Program, open_program
from .service import Service, open_service
from .shared_routes import routes_of
from .stand_in_matcher import StandInMatcher

SETTLE_S = 60.0


def clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # the harness is this service's app.py


@dataclass(kw_only=True)
class Ingest:
    """`client` speaks for organisation 1; loaders run when a test starts them."""

    worker: Pool
    api: Pool
    spool: Spool
    client: httpx2.AsyncClient
    imports: ImportLoader
    bulk: BulkLoader
    backfiller: Backfiller
    matcher: StandInMatcher
    resumer: ChangeResumer
    runner: OperationRunner
    deciding: Matcher
    tasks: Tasks = field(default_factory=Tasks)

    def spool_files(self) -> list[Path]:
        return list(self.spool.path_of("any").parent.iterdir())

    def start(self) -> None:
        self.tasks.start("imports", self.imports.run)
        self.tasks.start("bulk", self.bulk.run)
        self.tasks.start("backfill", self.backfiller.run)
        self.tasks.start("stream_operations", self.runner.run)

    async def make_stream(self, key: str = "bank", **more: Any) -> dict[str, Any]:
        body = {"key": key, "name": key.title(), **more}
        answer = await self.client.post("/internal/streams", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def upload(self, content: bytes, key: str = "bank", **headers: str) -> httpx2.Response:
        return await self.client.post(
            f"/internal/streams/{key}/imports",
            files={"file": ("rows.csv", content)},
            headers=headers,
        )

    async def loaded(self, batch_id: int) -> dict[str, Any]:
        """Wait until a batch has ended."""
        return await self._ended(f"/internal/import_batches/{batch_id}")

    async def processed(self, bulk_request_id: int) -> dict[str, Any]:
        return await self._ended(f"/internal/bulk_requests/{bulk_request_id}?limit=1000")

    async def _ended(self, path: str) -> dict[str, Any]:
        until = clock() + timedelta(seconds=SETTLE_S)
        while clock() < until:
            view = (await self.client.get(path)).json()
            if view["status"] in {"completed", "failed", "cancelled"}:
                return dict(view)
            await asyncio.sleep(0.02)
        raise AssertionError(f"{path} did not end: {view}")

    async def route(
        self, reconciliation_id: int, streams: dict[int, str], *, version: int = 1
    ) -> dict[int, str]:
        config = ReconciliationConfig(
            organization_id=1,
            reconciliation_id=reconciliation_id,
            version=version,
            name="Bank to books",
            run_type="continuous",
            sign_mode="same",
            timezone="UTC",
            streams=[StreamSide(stream_id=one, side=side) for one, side in streams.items()],  # type: ignore[arg-type]  # A or B
        )
        async with transaction(self.worker) as connection:
            return await apply_configs(connection, [config])

    async def events(self, reconciliation_id: int) -> list[dict[str, Any]]:
        """Read what the outbox holds for one reconciliation, in order."""
        rows = await self.worker.fetch(
            "SELECT payload FROM outbox WHERE topic = 'records.v1' AND key = $1 ORDER BY id",
            str(reconciliation_id),
        )
        chunks = [
            msgspec.msgpack.decode(lz4.frame.decompress(row["payload"]), type=Chunk) for row in rows
        ]
        return [msgspec.json.decode(one.value) for chunk in chunks for one in chunk.messages]


@asynccontextmanager
async def open_ingest(
    database: Database, folder: Path, *, patience_s: float = 30.0
) -> AsyncIterator[Ingest]:
    """Open ingest; who asks to empty or delete a stream waits for `patience_s`."""
    common = CommonSettings(
        postgres_url=database.url,
        postgres_role_password=database.role_password,
        kafka_bootstrap="unused:0",
        internal_token="x" * 16,
        ingest_url="http://unused",
        matcher_url="http://unused",
        exceptions_url="http://unused",
    )
    worker = await open_pool(common, service="ingest", role="worker", max_connections=12)
    api = await open_pool(common, service="ingest", role="api", max_connections=5)
    spool, limits, failpoint = Spool(folder), Limits(), Failpoint()
    settings = ImportSettings(workers=2, upload_again_after=timedelta(seconds=2), limits=limits)
    imports = ImportLoader(
        pool=worker, spool=spool, settings=settings, clock=clock, failpoint=failpoint
    )
    bulk = BulkLoader(pool=worker, limits=limits, clock=clock, failpoint=failpoint)
    matcher = StandInMatcher()
    deciding = InternalClient(
        base_url="http://matcher", token="x" * 16, transport=InProcess(matcher.app)
    )
    asking = Matcher(client=deciding)
    runner = OperationRunner(pool=worker, matcher=asking, clock=clock, failpoint=failpoint)
    changes, ledger_runs = _changes(deciding, failpoint), LedgerRuns(client=deciding)
    context = Context(
        api=api,
        spool=spool,
        limits=limits,
        clock=clock,
        wake_imports=imports.wake,
        wake_bulk=bulk.wake,
        changes=changes,
        streams=StreamOperations(
            matcher=asking, clock=clock, wake=runner.wake, patience_s=patience_s
        ),
        ledger_runs=ledger_runs,
        file_deletion=FileDeletion(changes=changes, ledger_runs=ledger_runs, clock=clock),
    )
    with routes_of(context) as app:
        client = _client_of(app)
        ingest = Ingest(
            worker=worker,
            api=api,
            spool=spool,
            client=client,
            imports=imports,
            bulk=bulk,
            backfiller=Backfiller(pool=worker, clock=clock, failpoint=failpoint),
            matcher=matcher,
            resumer=ChangeResumer(pool=worker, changes=changes, clock=clock),
            runner=runner,
            deciding=asking,
        )
        try:
            yield ingest
        finally:
            await ingest.tasks.stop()
            await client.aclose()
            await deciding.close()
            await api.close()
            await worker.close()


def _client_of(app: FastAPI) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app),
        base_url="http://ingest",
        headers={"tieout-organization": "1", "tieout-account": "7"},
    )


def _changes(deciding: InternalClient, failpoint: Failpoint) -> RecordChanges:
    return RecordChanges(
        matcher=Matcher(client=deciding),
        limits=Limits(),
        failpoint=failpoint,
        clock=clock,
        resume_after=timedelta(),
        max_attempts=2,
    )


@pytest.fixture
async def ingest(database: Database, tmp_path: Path) -> AsyncIterator[Ingest]:
    """Give ingest on a database of its own, loaders running."""
    async with open_ingest(database, tmp_path / "spool") as opened:
        opened.start()
        yield opened


@pytest.fixture
async def idle_ingest(database: Database, tmp_path: Path) -> AsyncIterator[Ingest]:
    """Give ingest whose loaders a test runs itself."""
    async with open_ingest(database, tmp_path / "spool", patience_s=0.1) as opened:
        yield opened


@pytest.fixture
async def service(
    database: Database, durable_kafka: KafkaForTest, tmp_path: Path
) -> AsyncIterator[Service]:
    """Give ingest with its own database and topics, in this process."""
    async with open_service(database, durable_kafka, tmp_path) as opened:
        yield opened


@pytest.fixture
async def program(
    database: Database, durable_kafka: KafkaForTest, tmp_path: Path
) -> AsyncIterator[Program]:
    """Give an ingest process with its own database and topics, which a test starts."""
    async with open_program(database, durable_kafka, tmp_path) as opened:
        yield opened
