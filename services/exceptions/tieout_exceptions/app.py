"""Where the exceptions service is put together; nothing else makes pools, brokers or tasks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from fastapi import Depends, FastAPI

from tieout_contracts.topics import AUDIT, CONFIG, MATCHES
from tieout_exceptions.approvals import Approvals
from tieout_exceptions.background import Resender, Resumer, Sweeper
from tieout_exceptions.break_commands import BreakCommands
from tieout_exceptions.bucket_commands import BucketCommands
from tieout_exceptions.bulk_work import BulkWork
from tieout_exceptions.case_setup import CaseSetup
from tieout_exceptions.case_work import CaseCommands
from tieout_exceptions.catalog import Catalog
from tieout_exceptions.dispatching import Dispatching
from tieout_exceptions.evidence_intake import EvidenceIntake
from tieout_exceptions.force_match import ForceMatch
from tieout_exceptions.handlers import (
    Outcomes,
    announce,
    on_audit,
    on_config,
    read_audit,
    read_config,
    read_delivery,
)
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
    discrepancies,
    dispatching,
    evidence,
    payment_intents,
    sweep,
)
from tieout_exceptions.settings import ExceptionsSettings
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.health import health_router
from tieout_runtime.intake import Intake
from tieout_runtime.internal import InternalClient, require_token
from tieout_runtime.kafka import subscribe
from tieout_runtime.problems import install_problems
from tieout_runtime.service import Plumbing, open_plumbing
from tieout_runtime.settings import CommonSettings

SERVICE = "exceptions"
# Groups of their own, so that no topic's rebalance stops another.
CONFIG_GROUP, AUDIT_GROUP = "exceptions.config", "exceptions.audit"
# What a list shows may be this much late; a transaction for each few outcomes would cost more.
GATHER_MS = 100


def build(common: CommonSettings, own: ExceptionsSettings) -> FastAPI:
    """Build the service; its lifespan opens and closes everything."""
    token = common.internal_token.get_secret_value()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_plumbing(
            common,
            service=SERVICE,
            api_connections=own.api_connections,
            worker_connections=own.worker_connections,
        ) as plumbing:
            clients = [
                InternalClient(base_url=url, token=token)
                for url in (common.matcher_url, common.ingest_url)
            ]
            matcher, ingest = Matcher(client=clients[0]), Ingest(client=clients[1])
            parts = app.state.parts = _parts(plumbing, own, matcher, ingest)
            resender = Resender(pool=plumbing.worker, matcher=matcher, clock=_clock)
            _subscribe(plumbing, common, own)
            _start_tasks(plumbing, parts, resender)
            checks = {**plumbing.checks(), "outcomes": resender.check}
            app.include_router(health_router(checks))
            await plumbing.start()
            yield
            for client in clients:
                await client.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    install_problems(app)
    for part in (
        bulk_work,
        discrepancies,
        breaks,
        break_work,
        dispatching,
        adjusting,
        approving,
        buckets,
        bucket_work,
        audit,
        sweep,
        payment_intents,
        evidence,
        cases,
        case_work,
    ):
        app.include_router(part.router, dependencies=[Depends(require_token(token))])
    return app


def _parts(plumbing: Plumbing, own: ExceptionsSettings, matcher: Matcher, ingest: Ingest) -> Parts:
    scale = own.scale
    force_match = ForceMatch(
        matcher=matcher,
        scale=scale,
        failpoint=plumbing.failpoint,
        clock=_clock,
        resume_after=timedelta(seconds=own.resume_after_seconds),
        max_attempts=own.operation_attempts,
    )
    breaks_work = BreakCommands(clock=_clock, scale=scale)
    setup = CaseSetup(pool=plumbing.api, matcher=matcher, ingest=ingest, clock=_clock)
    return Parts(
        api=plumbing.api,
        clock=_clock,
        scale=scale,
        force_match=force_match,
        approvals=Approvals(force_match=force_match, clock=_clock, scale=scale),
        breaks=breaks_work,
        bulk=BulkWork(breaks=breaks_work, force_match=force_match),
        dispatching=Dispatching(clock=_clock, scale=scale),
        buckets=BucketCommands(clock=_clock, scale=scale),
        investigations=Investigations(matcher=matcher, clock=_clock),
        catalog=Catalog(pool=plumbing.api, matcher=matcher, ingest=ingest),
        sweeper=Sweeper(
            pool=plumbing.worker,
            matcher=matcher,
            scale=scale,
            clock=_clock,
            every_seconds=own.sweep_seconds,
        ),
        case_setup=setup,
        intent_intake=IntentIntake(pool=plumbing.api, setup=setup, ingest=ingest, clock=_clock),
        evidence_intake=EvidenceIntake(pool=plumbing.api, setup=setup, ingest=ingest, clock=_clock),
        case_work=CaseCommands(clock=_clock, scale=own.case_scale),
    )


def _subscribe(plumbing: Plumbing, common: CommonSettings, own: ExceptionsSettings) -> None:
    outcomes = Intake(
        pool=plumbing.worker,
        decode=read_delivery,
        handle=Outcomes(scale=own.scale, case_scale=own.case_scale).on_outcomes,
        failpoint=plumbing.failpoint,
    )
    config = Intake(
        pool=plumbing.worker, decode=read_config, handle=on_config, failpoint=plumbing.failpoint
    )
    subscribe(
        plumbing.broker,
        outcomes.on_batch,
        topic=MATCHES,
        settings=common,
        service=SERVICE,
        gather_ms=GATHER_MS,
        lighten=announce,
    )
    # Without the failpoint: a test that kills this service means its outcomes.
    changes = Intake(
        pool=plumbing.worker, decode=read_audit, handle=on_audit, failpoint=Failpoint()
    )
    subscribe(plumbing.broker, config.on_batch, topic=CONFIG, settings=common, service=CONFIG_GROUP)
    subscribe(plumbing.broker, changes.on_batch, topic=AUDIT, settings=common, service=AUDIT_GROUP)


def _start_tasks(plumbing: Plumbing, parts: Parts, resender: Resender) -> None:
    resumer = Resumer(pool=plumbing.worker, force_match=parts.force_match, clock=_clock)
    plumbing.tasks.start("sweeper", parts.sweeper.run)
    plumbing.tasks.start("resumer", resumer.run)
    plumbing.tasks.start("resender", resender.run)


def _clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # the one clock of this service
