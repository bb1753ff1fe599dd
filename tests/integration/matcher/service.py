"""The routes over a World, with a stand-in for ingest, called without a network."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from fastapi import Depends, FastAPI, Request

from integration.matcher.planting import proposals
from integration.matcher.world import TOKEN, Key, World
from tieout_matcher.app import ROUTES
from tieout_matcher.explanations import Explanations
from tieout_matcher.parts import Parts
from tieout_matcher.reconciliation_changes import ReconciliationChanges
from tieout_runtime.internal import InternalClient, require_token
from tieout_runtime.problems import install_problems, not_found
from unit.matcher.builders import ORGANIZATION

STREAMS = {1, 2, 3}
Answer = httpx2.Response


def stand_in_ingest() -> FastAPI:
    """Own streams 1 to 3 and records 1 to 999 (of stream 1) of the test's organisation."""
    app = FastAPI()
    install_problems(app)

    @app.get("/internal/streams/{number}")
    async def stream(number: int, request: Request) -> dict[str, Any]:
        _require_owner(request)
        if number not in STREAMS:
            raise not_found("stream")
        return {"id": number}

    @app.get("/internal/records/{number}")
    async def record(number: int, request: Request) -> dict[str, Any]:
        _require_owner(request)
        if number not in range(1, 1000):
            raise not_found("record")
        return {"id": number, "stream_id": 1}

    return app


def _require_owner(request: Request) -> None:
    if request.headers["tieout-organization"] != str(ORGANIZATION):
        raise not_found("object")


class Service:
    """Calls the routes as one organisation; `rekeys` counts how often rules woke the re-keying."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client
        self.rekeys = 0

    async def call(
        self,
        method: str,
        path: str,
        *,
        organization_id: int = ORGANIZATION,
        key: str | None = None,
        if_match: str | None = None,
        token: str = TOKEN,
        **content: Any,
    ) -> Answer:
        headers = {"authorization": f"Bearer {token}"}
        headers |= {"tieout-organization": str(organization_id), "tieout-account": "5"}
        if key is not None:
            headers["x-idempotency-key"] = key
        if if_match is not None:
            headers["if-match"] = if_match
        return await self._client.request(method, f"/internal{path}", headers=headers, **content)

    async def get(self, path: str, **given: Any) -> Any:
        answered = await self.call("GET", path, **given)
        assert answered.status_code == 200, answered.text
        return answered.json()


@asynccontextmanager
async def open_service(world: World) -> AsyncIterator[Service]:
    app = FastAPI()
    install_problems(app)
    for part in ROUTES:
        app.include_router(part.router, dependencies=[Depends(require_token(TOKEN))])
    ingest = InternalClient(
        base_url="http://ingest",
        token=TOKEN,
        transport=httpx2.ASGITransport(app=stand_in_ingest()),
    )
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://matcher") as client:
        service = Service(client)

        def rules_changed() -> None:
            service.rekeys += 1

        app.state.parts = Parts(
            api=world.api,
            worker=world.worker,
            ingest=ingest,
            overdue=world.overdue,
            operations=world.operations,
            releaser=world.releaser,
            manual=world.manual,
            suggestions=world.suggestions,
            runs=world.runs,
            backtests=world.backtests,
            explanations=Explanations(pool=world.api, clock=world.clock),
            record_changes=world.record_changes,
            reconciliation_changes=ReconciliationChanges(clock=world.clock),
            rule_proposals=proposals(world),
            rules_changed=rules_changed,
            runs_wanted=lambda: None,
            clock=world.clock,
        )
        yield service
    await ingest.close()


def path_of(key: Key, rest: str = "") -> str:
    return f"/reconciliations/{key[1]}{rest}"
