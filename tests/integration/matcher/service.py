"""The routes over a World, with a stand-in for ingest, called without a network."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from itertools import count
from typing import Any

import httpx2
from fastapi import Depends, FastAPI, Request

from fixtures.in_process import InProcess
from integration.matcher.planting import proposals
from integration.matcher.world import TOKEN, Key, World
from tieout_matcher.app import ROUTES
from tieout_matcher.auto_match import AutoMatch
from tieout_matcher.closing import Closing
from tieout_matcher.explanations import Explanations
from tieout_matcher.ledger_files import LedgerFiles
from tieout_matcher.ledger_matching import LedgerMatching
from tieout_matcher.ledgers import Ledgers
from tieout_matcher.parts import Parts
from tieout_matcher.reconciliation_changes import ReconciliationChanges
from tieout_matcher.store.rule_book import RuleBook
from tieout_runtime.internal import InternalClient, require_token
from tieout_runtime.problems import install_problems, not_found
from unit.matcher.builders import ORGANIZATION

STREAMS = {1, 2, 3}
Answer = httpx2.Response


@cache
def stand_in_ingest() -> FastAPI:
    """Own streams 1 to 3 and records 1 to 999 (of stream 1) of the test's organisation.

    Streams that are made get the numbers 1 and 2 in turn (`state.made` counts them): those that a
    World's records are of. `state.files` are the imports.
    """
    app = FastAPI()
    install_problems(app)

    @app.post("/internal/streams")
    async def new_stream(body: dict[str, Any], request: Request) -> dict[str, Any]:
        _require_owner(request)
        return {"id": next(app.state.made) % 2 + 1, "key": body["key"]}

    @app.get("/internal/ledger_runs/{run_id}/files")
    async def run_files(run_id: int) -> dict[str, Any]:
        files = app.state.files.items()
        return {"files": [{"id": n, **one} for n, one in files if one["run_id"] == run_id]}

    @app.get("/internal/import_batches/{number}/record_ids")
    async def record_ids(number: int) -> dict[str, Any]:
        if number not in app.state.files:
            raise not_found("import batch")
        return dict(app.state.files[number])

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
    """Calls the routes as one organisation; `rekeys` counts how often rules woke the re-keying.

    `files` are the imports that the stand-in has, by number: run_id, status, record_ids.
    """

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client
        self.rekeys = 0
        self.files: dict[int, dict[str, Any]] = {}
        self.working: set[asyncio.Task[None]] = set()

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


@cache
def all_routes() -> FastAPI:
    """Make the routes once for all tests: that takes as long as many a test. See `state.parts`."""
    app = FastAPI()
    install_problems(app)
    for part in ROUTES:
        app.include_router(part.router, dependencies=[Depends(require_token(TOKEN))])
    return app


@asynccontextmanager
async def open_service(world: World) -> AsyncIterator[Service]:
    """Open the routes over this world; over one at a time."""
    app, owner = all_routes(), stand_in_ingest()
    assert not hasattr(app.state, "parts"), "another world is open"
    files: dict[int, dict[str, Any]] = {}
    owner.state.files, owner.state.made = files, count()
    ingest = InternalClient(base_url="http://ingest", token=TOKEN, transport=InProcess(owner))
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://matcher") as client:
        service = Service(client)
        service.files = files

        book = RuleBook()

        def rules_changed() -> None:
            service.rekeys += 1

        async def work() -> None:
            await world.rekey()
            while await world.runs.round():
                pass

        def runs_wanted() -> None:
            service.working.add(asyncio.create_task(work()))

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
            ledgers=Ledgers(ingest=ingest, clock=world.clock),
            ledger_files=LedgerFiles(api=world.api, ingest=ingest, clock=world.clock),
            ledger_matching=LedgerMatching(
                rule_book=book,
                manual=world.manual,
                releaser=world.releaser,
                suggestions=world.suggestions,
                clock=world.clock,
            ),
            closing=Closing(rule_book=book, releaser=world.releaser, clock=world.clock),
            auto_match=AutoMatch(wanted=runs_wanted, clock=world.clock),
            rules_changed=rules_changed,
            runs_wanted=lambda: None,
            clock=world.clock,
        )
        try:
            yield service
        finally:
            del app.state.parts
    await ingest.close()


def path_of(key: Key, rest: str = "") -> str:
    return f"/reconciliations/{key[1]}{rest}"
