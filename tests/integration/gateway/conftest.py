from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from fixtures.in_process import InProcess
from fixtures.postgres import Database
from integration.gateway.issuer import AUDIENCE, ISSUER, Issuer, running_issuer
from integration.gateway.stand_ins import Owner
from tieout_gateway.app import build
from tieout_gateway.domain.scopes import ALL_SCOPES, Scope
from tieout_gateway.keys import NewKey
from tieout_gateway.owners import Owners
from tieout_gateway.settings import GatewaySettings
from tieout_ops import organizations
from tieout_ops.settings import KeySettings
from tieout_runtime.internal import InternalClient
from tieout_runtime.settings import CommonSettings

TOKEN = "an internal token of tests"  # noqa: S105  # of stand-ins in this process
PEPPER = "a pepper of sixteen characters"


@dataclass(kw_only=True)
class Clock:
    """Stands until a test moves it."""

    now: datetime = field(default_factory=lambda: datetime(2026, 1, 11, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **length: float) -> None:
        self.now += timedelta(**length)


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """The gateway on a database of its own, with owners that stand in."""

    app: FastAPI
    client: httpx2.AsyncClient
    ingest: Owner
    matcher: Owner
    exceptions: Owner
    clock: Clock
    keys: KeySettings
    organization_id: int
    api_key: str
    kept_keys: dict[tuple[Scope, ...], str] = field(default_factory=dict)

    @property
    def owners(self) -> list[Owner]:
        return [self.ingest, self.matcher, self.exceptions]

    async def ask(self, method: str, path: str, **content: Any) -> httpx2.Response:
        """Send a request with the organisation's full key."""
        headers = {"x-api-key": self.api_key} | content.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **content)

    async def kept_key(self, *scopes: Scope) -> str:
        """Give a key with these scopes, made when it is first asked for."""
        if scopes not in self.kept_keys:
            self.kept_keys[scopes] = await self.new_key(*scopes)
        return self.kept_keys[scopes]

    async def new_key(
        self, *scopes: Scope, expires_at: datetime | None = None, organization_id: int | None = None
    ) -> str:
        organization_id = organization_id or self.organization_id
        account_id = await organizations.service_account(
            self.keys, organization_id=organization_id, account_id=None
        )
        key = NewKey(
            organization_id=organization_id,
            account_id=account_id,
            name="test",
            scopes=scopes or ALL_SCOPES,
            expires_at=expires_at,
        )
        return (await organizations.create_key(self.keys, key, at=self.clock())).text


def settings_of(database: Database) -> CommonSettings:
    return CommonSettings(
        postgres_url=database.url,
        postgres_role_password=database.role_password,
        kafka_bootstrap="unused:0",
        internal_token=TOKEN,
        ingest_url="http://ingest",
        matcher_url="http://matcher",
        exceptions_url="http://exceptions",
    )


@asynccontextmanager
async def open_gateway(database: Database, **own: Any) -> AsyncIterator[Gateway]:
    ingest, matcher, exceptions = Owner(), Owner(), Owner()

    def client_of(name: str, app: Owner) -> InternalClient:
        return InternalClient(base_url=f"http://{name}", token=TOKEN, transport=InProcess(app))

    def make_owners(_: CommonSettings) -> Owners:
        return Owners(
            ingest=client_of("ingest", ingest),
            matcher=client_of("matcher", matcher),
            exceptions=client_of("exceptions", exceptions),
        )

    common, clock = settings_of(database), Clock()
    settings = GatewaySettings(port=0, key_pepper=PEPPER, **own)
    keys = KeySettings(
        postgres_url=database.url,
        postgres_role_password=database.role_password,
        gateway_key_pepper=PEPPER,
    )
    organization_id, credential = await organizations.create_organization(
        keys, name="Acme", at=clock()
    )
    app = build(common, settings, make_owners=make_owners, clock=clock, publishes=False)
    async with app.router.lifespan_context(app):
        client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://door")
        async with client:
            yield Gateway(
                app=app,
                client=client,
                ingest=ingest,
                matcher=matcher,
                exceptions=exceptions,
                clock=clock,
                keys=keys,
                organization_id=organization_id,
                api_key=credential.text,
            )


@pytest.fixture(scope="module")
async def door(module_database: Database) -> AsyncIterator[Gateway]:
    async with open_gateway(module_database) as opened:
        yield opened


@pytest.fixture
def gateway(door: Gateway) -> Gateway:
    """Give the module's gateway, its owners as if they had never been asked."""
    for owner in door.owners:
        owner.reset()
    return door


OpenGateway = Callable[..., Any]


@pytest.fixture
def open_with(module_database: Database) -> OpenGateway:
    """Open a gateway with settings of the test's choice."""
    return lambda **own: open_gateway(module_database, **own)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running_issuer() as running:
        yield running


@pytest.fixture
async def believing(module_database: Database, issuer: Issuer) -> AsyncIterator[Gateway]:
    """Give a gateway that believes the tokens of the issuer."""
    async with open_gateway(
        module_database,
        oidc_issuer=ISSUER,
        oidc_audience=AUDIENCE,
        oidc_jwks_url=issuer.url,
        refusal_rate_limit="1000/minute",
    ) as opened:
        opened.ingest.answer("GET", "/internal/streams", [])
        yield opened
