"""Where the matcher is put together; nothing else makes pools, brokers or tasks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from fastapi import Depends, FastAPI

from tieout_contracts.topics import RECORDS
from tieout_matcher.applying import Applying
from tieout_matcher.aside import Aside
from tieout_matcher.auto_match import AutoMatch
from tieout_matcher.backtests import Backtests
from tieout_matcher.closing import Closing
from tieout_matcher.explanations import Explanations
from tieout_matcher.handlers import Matcher, decode_record
from tieout_matcher.ledger_files import LedgerFiles
from tieout_matcher.ledger_matching import LedgerMatching
from tieout_matcher.ledgers import Ledgers
from tieout_matcher.manual import ManualMatches
from tieout_matcher.operations import Operations
from tieout_matcher.overdue import OverdueClaims
from tieout_matcher.parts import Parts
from tieout_matcher.passes import Passes
from tieout_matcher.reconciliation_changes import ReconciliationChanges
from tieout_matcher.record_changes import RecordChanges
from tieout_matcher.rekeying import Rekeying
from tieout_matcher.released import Releaser
from tieout_matcher.revising import Reviser
from tieout_matcher.rounds import Rounds
from tieout_matcher.routes import (
    backtests,
    balance,
    commands,
    entries,
    ledger_deletions,
    ledger_items,
    ledger_matches,
    ledger_runs,
    ledger_views,
    ledgers,
    matches,
    reconciliations,
    record_changes,
    rules,
    streams,
)
from tieout_matcher.routes import explanations as explanation_routes
from tieout_matcher.routes import rule_proposals as proposal_routes
from tieout_matcher.routes import runs as run_routes
from tieout_matcher.rule_proposals import RuleProposals
from tieout_matcher.runs import Runs
from tieout_matcher.searching import Searching
from tieout_matcher.settings import MatcherSettings
from tieout_matcher.solving import Solving
from tieout_matcher.store.rule_book import RuleBook
from tieout_matcher.suggestions import Suggestions
from tieout_runtime.health import health_router
from tieout_runtime.intake import Intake
from tieout_runtime.internal import InternalClient, require_token
from tieout_runtime.kafka import drop_headers, subscribe
from tieout_runtime.problems import install_problems
from tieout_runtime.service import Plumbing, open_plumbing
from tieout_runtime.settings import CommonSettings

SERVICE = "matcher"
ROUTES = (
    reconciliations, rules, backtests, proposal_routes, entries, balance, matches,
    explanation_routes, run_routes, commands, record_changes, streams,
    ledgers, ledger_runs, ledger_views, ledger_matches,
    ledger_items, ledger_deletions,
)  # fmt: skip
# The hot statements join a few thousand rows to large tables: an index is always right there, also
# for a table that was small when they were planned. So they are planned once; planned for each set
# of parameters they took a fifth of the time in which a single record is decided.
WORKER_SESSION = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_generic_plan",
}


def build(common: CommonSettings, own: MatcherSettings) -> FastAPI:
    """Build the service; its lifespan opens and closes everything."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        token = common.internal_token.get_secret_value()
        async with open_plumbing(
            common,
            service=SERVICE,
            api_connections=own.api_connections,
            worker_connections=own.worker_connections,
            worker_session=WORKER_SESSION,
        ) as plumbing:
            ingest = InternalClient(base_url=common.ingest_url, token=token)
            solving, solving_aside = Solving(), Solving()
            app.state.parts = _parts(plumbing, own, ingest, solving, Aside(solving_aside))
            _subscribe(plumbing, common, own)
            app.include_router(health_router(plumbing.checks()))
            await plumbing.start()
            yield
            solving.close()
            solving_aside.close()
            await ingest.close()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    install_problems(app)
    guarded = [Depends(require_token(common.internal_token.get_secret_value()))]
    for part in ROUTES:
        app.include_router(part.router, dependencies=guarded)
    return app


def _parts(
    plumbing: Plumbing,
    own: MatcherSettings,
    ingest: InternalClient,
    solving: Solving,
    aside: Aside,
) -> Parts:
    pool, rule_book = plumbing.worker, RuleBook()
    releaser = Releaser(rule_book=rule_book, clock=_clock)
    manual = ManualMatches(rule_book=rule_book, releaser=releaser, clock=_clock)
    suggestions = Suggestions(rule_book=rule_book, clock=_clock)
    overdue = OverdueClaims(rule_book=rule_book, clock=_clock)
    passes = Passes(
        pool=pool,
        rule_book=rule_book,
        solving=solving,
        applying=Applying(pool=pool, rule_book=rule_book, clock=_clock),
        clock=_clock,
        tick_every=timedelta(seconds=own.tick_s),
    )
    runs = Runs(pool=pool, passes=passes, releaser=releaser, overdue=overdue, clock=_clock)
    rekeying_rounds = Rounds(Rekeying(pool=pool, releaser=releaser).round)
    run_rounds = Rounds(runs.round)
    plumbing.tasks.start("rekeying", rekeying_rounds.run)
    plumbing.tasks.start("passes", Rounds(passes.tick_and_round).run)
    plumbing.tasks.start("runs", run_rounds.run)
    searching = Searching(pool=pool, solving=solving, clock=_clock)
    plumbing.tasks.start("searching", Rounds(searching.round).run)
    return Parts(
        api=plumbing.api,
        worker=pool,
        ingest=ingest,
        overdue=overdue,
        manual=manual,
        operations=Operations(rule_book=rule_book, manual=manual, clock=_clock),
        suggestions=suggestions,
        releaser=releaser,
        reconciliation_changes=ReconciliationChanges(clock=_clock),
        record_changes=RecordChanges(
            reviser=Reviser(rule_book=rule_book, releaser=releaser, clock=_clock), clock=_clock
        ),
        runs=runs,
        backtests=Backtests(pool=plumbing.api, aside=aside),
        explanations=Explanations(pool=plumbing.api, clock=_clock),
        rule_proposals=RuleProposals(pool=plumbing.api, aside=aside, clock=_clock),
        ledgers=Ledgers(ingest=ingest, clock=_clock),
        ledger_files=LedgerFiles(api=plumbing.api, ingest=ingest, clock=_clock),
        ledger_matching=LedgerMatching(
            rule_book=rule_book,
            manual=manual,
            releaser=releaser,
            suggestions=suggestions,
            clock=_clock,
        ),
        closing=Closing(rule_book=rule_book, releaser=releaser, clock=_clock),
        auto_match=AutoMatch(wanted=run_rounds.wake, clock=_clock),
        rules_changed=rekeying_rounds.wake,
        runs_wanted=run_rounds.wake,
        clock=_clock,
    )


def _subscribe(plumbing: Plumbing, common: CommonSettings, own: MatcherSettings) -> None:
    rule_book = RuleBook()
    releaser = Releaser(rule_book=rule_book, clock=_clock)
    reviser = Reviser(rule_book=rule_book, releaser=releaser, clock=_clock)
    matcher = Matcher(rule_book=rule_book, reviser=reviser, clock=_clock)
    intake = Intake(
        pool=plumbing.worker,
        decode=decode_record,
        handle=matcher.on_records,
        failpoint=plumbing.failpoint,
    )
    subscribe(
        plumbing.broker,
        intake.on_batch,
        topic=RECORDS,
        settings=common,
        service=SERVICE,
        max_records=own.batch_records,
        lighten=drop_headers,
    )


def _clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # the one clock of this service
