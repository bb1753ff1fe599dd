"""Where ingest is put together; nothing else makes pools, brokers or tasks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from fastapi import Depends, FastAPI
from msgspec import structs

from tieout_contracts.topics import CONFIG, TRANSACTIONS
from tieout_ingest.domain.limits import Limits
from tieout_ingest.handlers import decode_config, decode_delivery, on_config
from tieout_ingest.ledger_runs import LedgerRuns
from tieout_ingest.loading.backfill import Backfiller
from tieout_ingest.loading.bulk import BulkLoader
from tieout_ingest.loading.emptying import OperationRunner
from tieout_ingest.loading.file_deletion import FileDeletion
from tieout_ingest.loading.imports import ImportLoader, ImportSettings
from tieout_ingest.loading.record_changes import ChangeResumer, RecordChanges
from tieout_ingest.loading.stream_operations import StreamOperations
from tieout_ingest.loading.transactions import TransactionTaker
from tieout_ingest.matcher import Matcher
from tieout_ingest.routes.bulk import bulk_router
from tieout_ingest.routes.bulk_commands import bulk_commands_router
from tieout_ingest.routes.context import Context
from tieout_ingest.routes.entries import entries_router
from tieout_ingest.routes.file_deletions import file_deletions_router
from tieout_ingest.routes.imports import imports_router
from tieout_ingest.routes.producers import producers_router
from tieout_ingest.routes.properties import properties_router
from tieout_ingest.routes.record_changes import record_changes_router
from tieout_ingest.routes.records import records_router
from tieout_ingest.routes.run_files import run_files_router
from tieout_ingest.routes.statements import statements_router
from tieout_ingest.routes.stream_operations import stream_operations_router
from tieout_ingest.routes.streams import streams_router
from tieout_ingest.settings import IngestSettings
from tieout_ingest.uploads.spool import Spool
from tieout_runtime.health import health_router
from tieout_runtime.intake import Intake
from tieout_runtime.internal import InternalClient, require_token
from tieout_runtime.kafka import subscribe
from tieout_runtime.problems import install_problems
from tieout_runtime.service import Plumbing, open_plumbing
from tieout_runtime.settings import CommonSettings

SERVICE = "ingest"
ROUTERS = (
    streams_router,
    imports_router,
    bulk_router,
    bulk_commands_router,
    records_router,
    entries_router,
    run_files_router,
    file_deletions_router,
    record_changes_router,
    statements_router,
    producers_router,
    properties_router,
    stream_operations_router,
)


def build(common: CommonSettings, own: IngestSettings) -> FastAPI:
    """Build the service; its lifespan opens and closes everything."""
    guarded = [Depends(require_token(common.internal_token.get_secret_value()))]

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_plumbing(
            common,
            service=SERVICE,
            api_connections=own.api_connections,
            worker_connections=own.worker_connections + own.import_workers,
        ) as plumbing:
            matcher = InternalClient(
                base_url=common.matcher_url, token=common.internal_token.get_secret_value()
            )
            deciding = Matcher(client=matcher)
            context = _start_loaders(
                plumbing,
                common,
                own,
                changes=_start_changes(plumbing, own, deciding),
                operations=_start_operations(plumbing, deciding),
                ledger_runs=LedgerRuns(client=matcher),
            )
            for make in ROUTERS:
                app.include_router(make(context), dependencies=guarded)
            app.include_router(health_router(plumbing.checks()))
            await plumbing.start()
            yield
            await matcher.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    install_problems(app)
    return app


def _start_changes(plumbing: Plumbing, own: IngestSettings, matcher: Matcher) -> RecordChanges:
    changes = RecordChanges(
        matcher=matcher,
        limits=Limits(),
        failpoint=plumbing.failpoint,
        clock=_clock,
        resume_after=timedelta(seconds=own.resume_after_seconds),
        max_attempts=own.change_attempts,
    )
    resumer = ChangeResumer(pool=plumbing.worker, changes=changes, clock=_clock)
    plumbing.tasks.start("record_changes", resumer.run)
    return changes


def _start_operations(plumbing: Plumbing, matcher: Matcher) -> StreamOperations:
    runner = OperationRunner(
        pool=plumbing.worker, matcher=matcher, clock=_clock, failpoint=plumbing.failpoint
    )
    plumbing.tasks.start("stream_operations", runner.run)
    return StreamOperations(matcher=matcher, clock=_clock, wake=runner.wake)


def _start_loaders(
    plumbing: Plumbing,
    common: CommonSettings,
    own: IngestSettings,
    *,
    changes: RecordChanges,
    operations: StreamOperations,
    ledger_runs: LedgerRuns,
) -> Context:
    spool = Spool(own.spool_dir)
    limits = structs.replace(Limits(), file_bytes=own.max_upload_bytes)
    pool, failpoint = plumbing.worker, plumbing.failpoint
    imports = ImportLoader(
        pool=pool,
        spool=spool,
        settings=ImportSettings(
            workers=own.import_workers,
            upload_again_after=timedelta(seconds=own.upload_again_after_seconds),
            limits=limits,
        ),
        clock=_clock,
        failpoint=failpoint,
    )
    bulk = BulkLoader(pool=pool, limits=limits, clock=_clock, failpoint=failpoint)
    backfiller = Backfiller(pool=pool, clock=_clock, failpoint=failpoint)
    plumbing.tasks.start("imports", imports.run)
    plumbing.tasks.start("bulk", bulk.run)
    plumbing.tasks.start("backfill", backfiller.run)
    taker = TransactionTaker(limits=limits, clock=_clock)
    _subscribe(plumbing, common, own, taker=taker, backfiller=backfiller)
    return Context(
        api=plumbing.api,
        spool=spool,
        limits=limits,
        clock=_clock,
        wake_imports=imports.wake,
        wake_bulk=bulk.wake,
        changes=changes,
        streams=operations,
        ledger_runs=ledger_runs,
        file_deletion=FileDeletion(changes=changes, ledger_runs=ledger_runs, clock=_clock),
    )


def _subscribe(
    plumbing: Plumbing,
    common: CommonSettings,
    own: IngestSettings,
    *,
    taker: TransactionTaker,
    backfiller: Backfiller,
) -> None:
    configs = Intake(
        pool=plumbing.worker,
        decode=decode_config,
        handle=on_config(wake_backfill=backfiller.wake),
        failpoint=plumbing.failpoint,
    )
    transactions = Intake(
        pool=plumbing.worker,
        decode=decode_delivery,
        handle=taker.take,
        failpoint=plumbing.failpoint,
    )
    for intake, topic, most in (
        (configs, CONFIG, own.delivery_messages),
        (transactions, TRANSACTIONS, own.delivery_messages),
    ):
        subscribe(
            plumbing.broker,
            intake.on_batch,
            topic=topic,
            settings=common,
            service=SERVICE,
            max_records=most,
        )


def _clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # the one clock of this service
