"""The exceptions service on real Postgres, with its clock, matcher and broker in our hands."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx2
import msgspec
import pytest
from aiokafka import ConsumerRecord
from fastapi import Depends, FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server

from fixtures.in_process import InProcess
from fixtures.postgres import Database
from integration.exceptions.stand_in_matcher import StandInMatcher
from tieout_contracts.outcomes import Outcome
from tieout_exceptions.approvals import Approvals
from tieout_exceptions.background import Resender, Resumer, Sweeper
from tieout_exceptions.break_commands import BreakCommands
from tieout_exceptions.bucket_commands import BucketCommands
from tieout_exceptions.bulk_work import BulkWork
from tieout_exceptions.case_setup import CaseSetup
from tieout_exceptions.case_work import CaseCommands
from tieout_exceptions.catalog import Catalog
from tieout_exceptions.dispatching import Dispatching
from tieout_exceptions.domain.cases.judgement import CaseScale
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.evidence_intake import EvidenceIntake
from tieout_exceptions.force_match import ForceMatch
from tieout_exceptions.handlers import Delivery, Outcomes, read_delivery
from tieout_exceptions.intent_intake import IntentIntake
from tieout_exceptions.investigations import Investigations
from tieout_exceptions.owners import Ingest, Matcher
from tieout_exceptions.parts import Parts
from tieout_exceptions.routes import (
    adjusting,
    approving,
    audit,
    break_work,
    breaks,
    bucket_work,
    buckets,
    bulk_work,
    case_work,
    cases,
    dispatching,
    evidence,
    payment_intents,
    sweep,
)
from tieout_local.http_probe import http_get
from tieout_local.ports import LOOPBACK, free_port
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.intake import Intake
from tieout_runtime.internal import InternalClient, require_token
from tieout_runtime.outbox import Chunk
from tieout_runtime.postgres import Pool, open_pool
from tieout_runtime.problems import install_problems
from tieout_runtime.settings import CommonSettings
from unit.exceptions.outcome_log import ORGANIZATION, START, OutcomeLog, a_delivery

TOKEN = "an-internal-token"  # noqa: S105 - of this test only
SCALE = SeverityScale()
_ROUTES = (
    bulk_work, breaks, break_work, dispatching, adjusting, approving, buckets, bucket_work, audit,
    sweep, payment_intents, evidence, cases, case_work,
)  # fmt: skip


@dataclass(kw_only=True)
class Clock:
    now: datetime = START + timedelta(days=1)

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """Serve an app on a free port; gives its address."""
    port = free_port()
    server = Server(
        app, address=LOOPBACK, port=port, interface=Interfaces.ASGINL, log_enabled=False
    )
    running = asyncio.create_task(server.serve())
    url = f"http://{LOOPBACK}:{port}"
    for _ in range(200):
        if await asyncio.to_thread(http_get, port, "/") is not None:
            break
        await asyncio.sleep(0.02)
    yield url
    server.stop()
    await running


@pytest.fixture
async def matcher() -> StandInMatcher:
    streams = [{"stream_id": 11, "side": "A"}, {"stream_id": 12, "side": "B"}]
    known = {"id": 5, "version": 1, "name": "Bank against books", "run_type": "continuous"}
    known |= {"sign_mode": "same", "timezone": "UTC", "streams": streams}
    return StandInMatcher(reconciliations={5: known})


@pytest.fixture
async def clients(matcher: StandInMatcher) -> AsyncIterator[tuple[Matcher, Ingest]]:
    client = InternalClient(
        base_url="http://matcher", token=TOKEN, transport=InProcess(matcher.app())
    )
    yield Matcher(client=client), Ingest(client=client)
    await client.close()


def settings_of(database: Database, **changes: Any) -> CommonSettings:
    return CommonSettings(
        postgres_url=database.url,
        postgres_role_password=database.role_password,
        kafka_bootstrap=changes.pop("kafka_bootstrap", "127.0.0.1:1"),
        internal_token=TOKEN,
        ingest_url="http://127.0.0.1:1",
        matcher_url="http://127.0.0.1:1",
        exceptions_url="http://127.0.0.1:1",
        **changes,
    )


@asynccontextmanager
async def pool_of(database: Database, role: Any) -> AsyncIterator[Pool]:
    pool = await open_pool(
        settings_of(database), service="exceptions", role=role, max_connections=12
    )
    try:
        yield pool
    finally:
        await pool.close()


@pytest.fixture
async def worker(database: Database) -> AsyncIterator[Pool]:
    async with pool_of(database, "worker") as pool:
        yield pool


@pytest.fixture
async def api(database: Database) -> AsyncIterator[Pool]:
    async with pool_of(database, "api") as pool:
        yield pool


def intake_of(worker: Pool) -> Intake[Delivery]:
    return Intake(
        pool=worker,
        decode=read_delivery,
        handle=Outcomes(scale=SCALE).on_outcomes,
        failpoint=Failpoint(),
    )


@dataclass(kw_only=True)
class Rig:
    """The service without a broker: outcomes are delivered by hand."""

    worker: Pool
    parts: Parts
    matcher: StandInMatcher
    clock: Clock
    resumer: Resumer
    resender: Resender
    http: httpx2.AsyncClient
    log: OutcomeLog = field(default_factory=OutcomeLog)
    delivered: int = 0

    async def deliver(self, outcomes: Sequence[Outcome] | None = None) -> None:
        """Deliver these, or all that the log has told since the last time."""
        if outcomes is None:
            outcomes = self.log.outcomes[self.delivered :]
            self.delivered = len(self.log.outcomes)
        await self.take([a_delivery(one) for one in outcomes])

    async def take(self, records: Sequence[ConsumerRecord]) -> None:
        await intake_of(self.worker).on_batch(records)

    async def late(self, *record_ids: int, **changes: Any) -> None:
        """Let these records arrive and become overdue."""
        for record_id in record_ids:
            self.log.arrive(record_id, **changes)
            self.log.overdue(record_id)
        await self.deliver()

    async def call(self, method: str, path: str, **content: Any) -> httpx2.Response:
        headers = content.pop("headers", {})
        return await self.http.request(method, f"/internal{path}", headers=headers, **content)

    async def json(self, path: str, **params: Any) -> Any:
        response = await self.call("GET", path, params=params)
        assert response.status_code == 200, response.text
        return response.json()

    async def one_break(self) -> dict[str, Any]:
        found: list[dict[str, Any]] = (await self.json("/breaks"))["data"]
        assert len(found) == 1
        return found[0]

    async def events(self, topic: str = "exceptions.v1") -> list[tuple[str, dict[str, Any]]]:
        """Read what the outbox tells downstream: (ce_id, event)."""
        import lz4.frame  # noqa: PLC0415 - only here

        rows = await self.worker.fetch(
            "SELECT payload FROM outbox WHERE topic = $1 ORDER BY id", topic
        )
        chunks = [
            msgspec.msgpack.decode(lz4.frame.decompress(row["payload"]), type=Chunk) for row in rows
        ]
        return [
            (message.ce_id, msgspec.json.decode(message.value or b""))
            for chunk in chunks
            for message in chunk.messages
        ]


@pytest.fixture
async def rig(
    worker: Pool, api: Pool, matcher: StandInMatcher, clients: tuple[Matcher, Ingest]
) -> AsyncIterator[Rig]:
    clock = Clock()
    force_match = ForceMatch(
        matcher=clients[0],
        scale=SCALE,
        failpoint=Failpoint(),
        clock=clock,
        resume_after=timedelta(seconds=5),
        max_attempts=3,
    )
    breaks_work = BreakCommands(clock=clock, scale=SCALE)
    setup = CaseSetup(pool=api, matcher=clients[0], ingest=clients[1], clock=clock)
    parts = Parts(
        api=api,
        clock=clock,
        scale=SCALE,
        force_match=force_match,
        approvals=Approvals(force_match=force_match, clock=clock, scale=SCALE),
        breaks=breaks_work,
        bulk=BulkWork(breaks=breaks_work, force_match=force_match),
        dispatching=Dispatching(clock=clock, scale=SCALE),
        buckets=BucketCommands(clock=clock, scale=SCALE),
        investigations=Investigations(matcher=clients[0], clock=clock),
        catalog=Catalog(pool=api, matcher=clients[0], ingest=clients[1]),
        sweeper=Sweeper(
            pool=worker, matcher=clients[0], scale=SCALE, clock=clock, every_seconds=0.1
        ),
        case_setup=setup,
        intent_intake=IntentIntake(pool=api, setup=setup, ingest=clients[1], clock=clock),
        evidence_intake=EvidenceIntake(pool=api, setup=setup, ingest=clients[1], clock=clock),
        case_work=CaseCommands(clock=clock, scale=CaseScale()),
    )
    app = _application()
    app.state.parts = parts
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app),
        base_url="http://exceptions",
        headers={
            "authorization": f"Bearer {TOKEN}",
            "tieout-organization": str(ORGANIZATION),
            "tieout-account": "3",
        },
    ) as http:
        yield Rig(
            worker=worker,
            parts=parts,
            matcher=matcher,
            clock=clock,
            resumer=Resumer(pool=worker, force_match=force_match, clock=clock),
            resender=Resender(pool=worker, matcher=clients[0], clock=clock),
            http=http,
        )


@cache
def _application() -> FastAPI:
    """Make the routes once for all tests of a process; a test puts its own parts behind them."""
    app = FastAPI()
    install_problems(app)
    for part in _ROUTES:
        app.include_router(part.router, dependencies=[Depends(require_token(TOKEN))])
    return app


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
