"""Where the gateway is put together: pools, clients, limits. Nothing else makes any."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx2
from fastapi import FastAPI
from limits import parse

from tieout_gateway.api import public_api
from tieout_gateway.authentication import Authenticator
from tieout_gateway.believed import Believed
from tieout_gateway.domain.claims import ClaimRules
from tieout_gateway.domain.webhooks.addresses import networks_of
from tieout_gateway.domain.webhooks.sealing import Seal
from tieout_gateway.issuer_keys import TIMEOUT_S, IssuerKeys
from tieout_gateway.key_verifier import KeyVerifier
from tieout_gateway.live.hub import Hub
from tieout_gateway.live.ids import EventIds
from tieout_gateway.live.log import EventLog
from tieout_gateway.live.streams import LiveEvents
from tieout_gateway.middleware.limits import Limits, RequestLimits
from tieout_gateway.middleware.request_context import RequestContext
from tieout_gateway.owners import Owners
from tieout_gateway.person_verifier import PersonVerifier
from tieout_gateway.rate_counts import PostgresCounts
from tieout_gateway.rate_limits import RateLimits, Shares
from tieout_gateway.readiness import assert_ready, checks_of, owner_checks_of
from tieout_gateway.routes.health import health_router
from tieout_gateway.settings import GatewaySettings
from tieout_gateway.tokens import TokenVerifier
from tieout_gateway.webhooks.connecting import Receivers, system_resolver
from tieout_gateway.webhooks.consuming import consume, sweep
from tieout_gateway.webhooks.issues import tell_issues
from tieout_gateway.webhooks.sender import Sender, Sending
from tieout_gateway.webhooks.stream_keys import StreamNames
from tieout_gateway.webhooks.taking import Taking
from tieout_runtime.failpoints import Failpoint
from tieout_runtime.internal import InternalClient
from tieout_runtime.kafka import start_producer
from tieout_runtime.outbox import Relay
from tieout_runtime.postgres import Pool, open_pool
from tieout_runtime.run import Tasks, Wakeup
from tieout_runtime.service import patiently
from tieout_runtime.settings import CommonSettings

POOL_CONNECTIONS = 10
COUNTS_SWEPT_EVERY_S = 60.0
RESOLVING_AT_ONCE = 16


def _utc_now() -> datetime:
    return datetime.now(tz=UTC)  # noqa: TID251  # app.py reads the clock


def build(
    common: CommonSettings,
    own: GatewaySettings,
    *,
    make_owners: Callable[[CommonSettings], Owners] | None = None,
    clock: Callable[[], datetime] = _utc_now,
    publishes: bool = True,
) -> FastAPI:
    """Make the gateway; it connects when its lifespan is entered.

    One that does not publish leaves what it notes, and webhooks, to other processes.
    """
    owners = (make_owners or _owners)(common)
    pools: dict[str, Pool] = {}
    relay_wakeup = Wakeup()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(owners.close)
            for role in ("worker", "api"):
                pools[role] = await open_pool(
                    common,
                    service="gateway",
                    role=role,
                    max_connections=POOL_CONNECTIONS,
                    on_growth=relay_wakeup.wake if publishes else None,
                )
                stack.push_async_callback(pools[role].close)
            await patiently("database", lambda: assert_ready(pools["worker"]))
            app.state.owners = owners
            app.state.settings = own
            app.state.clock = clock
            app.state.pool = pools["api"]
            app.state.live_events = _live_events(common, own, stack)
            app.state.receivers = _receivers(own, stack)
            tasks = Tasks()
            stack.push_async_callback(tasks.stop)
            _start_webhooks(common, own, app, pools["worker"], tasks, publishes=publishes)
            if publishes:
                _start_relay(common, pools["worker"], tasks, relay_wakeup)
            app.state.authenticator = await _authenticator(own, pools, clock, stack)
            yield

    app = public_api(lifespan)
    app.include_router(health_router(checks=checks_of(pools), owners=owner_checks_of(owners)))
    app.add_middleware(RequestLimits, usual=_usual(own), upload=_upload(own))
    app.add_middleware(RequestContext)  # added last: the outermost
    return app


def _owners(common: CommonSettings) -> Owners:
    token = common.internal_token.get_secret_value()
    return Owners(
        ingest=InternalClient(base_url=common.ingest_url, token=token),
        matcher=InternalClient(base_url=common.matcher_url, token=token),
        exceptions=InternalClient(base_url=common.exceptions_url, token=token),
    )


def _live_events(common: CommonSettings, own: GatewaySettings, stack: AsyncExitStack) -> LiveEvents:
    """Make what live pages hear; it reads the topics only while somebody listens."""
    ids = EventIds(own.key_pepper.get_secret_value())
    hub = Hub(
        log=EventLog(settings=common),
        ids=ids,
        streams=own.event_streams,
        streams_per_key=own.event_streams_per_key,
    )
    tasks = Tasks()
    stack.push_async_callback(tasks.stop)
    tasks.start("live_events", hub.run)
    stack.callback(hub.stop)
    return LiveEvents(hub=hub, ids=ids)


def _start_relay(common: CommonSettings, worker: Pool, tasks: Tasks, wakeup: Wakeup) -> None:
    """Publish what callers changed here; a broker that is away holds nothing else up."""

    async def publish() -> None:
        producer = await patiently("broker", lambda: start_producer(common, service="gateway"))
        try:
            await Relay(
                pool=worker,
                producer=producer,
                topic_prefix=common.topic_prefix,
                service="gateway",
                failpoint=Failpoint(armed=common.failpoint),
                wakeup=wakeup,
            ).run()
        finally:
            await producer.stop()

    tasks.start("relay", publish)


def _receivers(own: GatewaySettings, stack: AsyncExitStack) -> Receivers:
    executor = ThreadPoolExecutor(RESOLVING_AT_ONCE, "webhook-names")
    stack.callback(executor.shutdown, wait=False, cancel_futures=True)
    return Receivers(
        resolve=system_resolver(executor),
        tls=httpx2.create_ssl_context(),
        also=networks_of(own.webhook_allow_private),
        http_allowed=own.webhook_allow_http,
        timeout_s=own.webhook_timeout_seconds,
    )


def _start_webhooks(
    common: CommonSettings,
    own: GatewaySettings,
    app: FastAPI,
    worker: Pool,
    tasks: Tasks,
    *,
    publishes: bool,
) -> None:
    """Send what is due; one that publishes also takes the events that are to be told."""
    clock, kept_for = app.state.clock, timedelta(days=own.webhook_kept_days)
    sending = Sending(
        pool=worker,
        receivers=app.state.receivers,
        seal=Seal.under(own.key_pepper.get_secret_value()),
        clock=clock,
        factor=own.webhook_retry_factor,
        failpoint=Failpoint(armed=common.failpoint),
    )
    sender = app.state.sender = Sender(sending)
    if not publishes:
        return
    taking = Taking(
        name_streams=StreamNames(app.state.owners.ingest),
        clock=clock,
        kept_for=kept_for,
        wake=sender.wake,
    )
    tasks.start("webhooks", sender.run)
    tasks.start("webhook_events", lambda: consume(common, worker, taking))
    tasks.start("webhook_issues", lambda: tell_issues(worker, app.state.owners.exceptions))
    tasks.start("webhook_sweep", lambda: sweep(worker, clock, kept_for))


async def _authenticator(
    own: GatewaySettings,
    pools: dict[str, Pool],
    clock: Callable[[], datetime],
    stack: AsyncExitStack,
) -> Authenticator:
    rate_limits = _rate_limits(own, pools["worker"], clock, stack)
    people = None
    if own.oidc_issuer:
        client = httpx2.AsyncClient(timeout=TIMEOUT_S, trust_env=False)
        await stack.enter_async_context(client)
        people = _people(own, pools, clock, client)
    return Authenticator(
        keys=KeyVerifier(
            worker=pools["worker"],
            api=pools["api"],
            pepper=own.key_pepper.get_secret_value(),
            cache_for=timedelta(seconds=own.key_cache_seconds),
            clock=clock,
            believed=Believed(),
            rate_limits=rate_limits,
        ),
        people=people,
        rate_limits=rate_limits,
    )


def _people(
    own: GatewaySettings,
    pools: dict[str, Pool],
    clock: Callable[[], datetime],
    client: httpx2.AsyncClient,
) -> PersonVerifier:
    keys_for = timedelta(seconds=own.oidc_jwks_cache_seconds)
    tokens = TokenVerifier(
        keys=IssuerKeys(url=own.oidc_jwks_url, client=client, cache_for=keys_for, clock=clock),
        issuer=own.oidc_issuer,
        audience=own.oidc_audience,
        algorithms=own.algorithms,
        rules=ClaimRules(
            organization_claim=own.oidc_organization_claim,
            scopes_claim=own.oidc_scopes_claim,
            scope_prefix=own.oidc_scope_prefix,
            leeway=timedelta(seconds=own.oidc_leeway_seconds),
        ),
    )
    return PersonVerifier(
        tokens=tokens,
        worker=pools["worker"],
        api=pools["api"],
        cache_for=timedelta(seconds=own.key_cache_seconds),
        clock=clock,
        believed=Believed(),
    )


def _rate_limits(
    own: GatewaySettings, worker: Pool, clock: Callable[[], datetime], stack: AsyncExitStack
) -> RateLimits:
    """Make the limits, and have counts that have ended removed while the gateway runs."""
    counts = PostgresCounts(pool=worker, clock=clock)

    async def sweep() -> None:
        await asyncio.sleep(COUNTS_SWEPT_EVERY_S)
        await counts.forget_ended()

    tasks = Tasks()
    stack.push_async_callback(tasks.stop)
    tasks.start("rate_counts", sweep)
    return RateLimits(
        shares=Shares(counts=counts, clock=clock),
        requests=parse(own.request_rate_limit),
        refusals=parse(own.refusal_rate_limit),
    )


def _usual(own: GatewaySettings) -> Limits:
    return Limits(
        body_bytes=own.body_limit_bytes,
        timeout_seconds=own.request_timeout_seconds,
        idle_seconds=own.idle_body_seconds,
    )


def _upload(own: GatewaySettings) -> Limits:
    return Limits(
        body_bytes=own.import_limit_bytes,
        timeout_seconds=own.import_timeout_seconds,
        idle_seconds=own.idle_body_seconds,
    )
