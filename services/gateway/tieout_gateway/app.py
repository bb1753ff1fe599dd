"""Where the gateway is put together: pools, clients, limits. Nothing else makes any."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI
from limits import parse

from tieout_gateway import keys
from tieout_gateway.api import public_api
from tieout_gateway.authentication import Authenticator
from tieout_gateway.middleware.limits import Limits, RequestLimits
from tieout_gateway.middleware.request_context import RequestContext
from tieout_gateway.owners import Owners
from tieout_gateway.rate_counts import PostgresCounts
from tieout_gateway.rate_limits import RateLimits, Shares
from tieout_gateway.routes.health import health_router
from tieout_gateway.settings import GatewaySettings
from tieout_runtime.health import Check
from tieout_runtime.internal import InternalClient
from tieout_runtime.migrate import assert_at_head
from tieout_runtime.postgres import Pool, open_pool
from tieout_runtime.run import Tasks
from tieout_runtime.service import patiently
from tieout_runtime.settings import CommonSettings

POOL_CONNECTIONS = 10
COUNTS_SWEPT_EVERY_S = 60.0


def _utc_now() -> datetime:
    return datetime.now(tz=UTC)  # noqa: TID251  # app.py reads the clock


def build(
    common: CommonSettings,
    own: GatewaySettings,
    *,
    make_owners: Callable[[CommonSettings], Owners] | None = None,
    clock: Callable[[], datetime] = _utc_now,
) -> FastAPI:
    """Make the gateway; it connects when its lifespan is entered."""
    owners = (make_owners or _owners)(common)
    pools: dict[str, Pool] = {}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.push_async_callback(owners.close)
            for role in ("worker", "api"):
                pools[role] = await open_pool(
                    common, service="gateway", role=role, max_connections=POOL_CONNECTIONS
                )
                stack.push_async_callback(pools[role].close)
            await patiently("database", lambda: _assert_at_head(pools["worker"]))
            app.state.owners = owners
            app.state.settings = own
            app.state.clock = clock
            app.state.pool = pools["api"]
            counts = PostgresCounts(pool=pools["worker"], clock=clock)
            tasks = Tasks()
            stack.push_async_callback(tasks.stop)
            tasks.start("rate_counts", lambda: _sweep(counts))
            limits = _rate_limits(own, Shares(counts=counts, clock=clock))
            app.state.authenticator = _authenticator(own, pools, clock, limits)
            yield

    app = public_api(lifespan)
    app.include_router(health_router(checks=_checks(pools), owners=_owner_checks(owners)))
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


def _rate_limits(own: GatewaySettings, shares: Shares) -> RateLimits:
    return RateLimits(
        shares=shares,
        requests=parse(own.request_rate_limit),
        refusals=parse(own.refusal_rate_limit),
    )


async def _sweep(counts: PostgresCounts) -> None:
    await asyncio.sleep(COUNTS_SWEPT_EVERY_S)
    await counts.forget_ended()


def _authenticator(
    own: GatewaySettings,
    pools: dict[str, Pool],
    clock: Callable[[], datetime],
    rate_limits: RateLimits,
) -> Authenticator:
    return Authenticator(
        worker=pools["worker"],
        api=pools["api"],
        pepper=own.key_pepper.get_secret_value(),
        cache_for=timedelta(seconds=own.key_cache_seconds),
        clock=clock,
        cache=OrderedDict(),
        rate_limits=rate_limits,
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


async def _assert_at_head(pool: Pool) -> None:
    async with pool.acquire() as connection:
        await assert_at_head(connection, "gateway")


def _checks(pools: dict[str, Pool]) -> dict[str, Check]:
    """Ask that the key table answers to both roles, in the schema we were made for."""

    def check_of(role: str) -> Check:
        async def check() -> None:
            async with pools[role].acquire() as connection:
                await assert_at_head(connection, "gateway")
                await keys.can_be_read(connection)

        return check

    return {f"database_as_{role}": check_of(role) for role in ("worker", "api")}


def _owner_checks(owners: Owners) -> dict[str, Check]:
    def check_of(client: InternalClient) -> Check:
        async def check() -> None:
            await client.call("GET", "/livez")

        return check

    clients = {
        "ingest": owners.ingest,
        "matcher": owners.matcher,
        "exceptions": owners.exceptions,
    }
    return {name: check_of(client) for name, client in clients.items()}
