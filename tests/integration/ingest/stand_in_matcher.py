"""A matcher that decides changes of records as a test says, once for ever each."""

from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PUT = ["PUT"]
REFUSED = {"status": "refused", "code": "already_matched", "message": "matched by match 1000"}


class StandInMatcher:
    """`says` is the next decision; `is_down`: it does not answer; `asked` are the bodies.

    `holds` is what it tells of a stream. `runs` are the ledger's runs with their status, all of
    stream `bank`; `waits` what the next questions whether a file has arrived are answered; `held`
    files have a matched entry.
    """

    def __init__(self) -> None:
        self.says: dict[str, Any] = {"status": "done"}
        self.is_down = False
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.decided: dict[int, dict[str, Any]] = {}
        self.holds: dict[str, Any] = {"reconciliation_ids": [], "match": None}
        self.runs: dict[int, str] = {}
        self.waits: list[int] = []
        self.forgotten: list[int] = []
        self.held: set[int] = set()
        self.items: dict[int, list[int]] = {}
        run = "/internal/ledger_runs/{run_id:int}"
        file = run + "/files/{file_id:int}"
        self.app = Starlette(
            routes=[
                Route("/internal/streams/{stream_id:int}/hold", self._hold),
                Route("/internal/streams/{stream_id:int}/withdrawals", self._withdraw, methods=PUT),
                Route(
                    "/internal/record_changes/{change_id:int}/{command}", self._decide, methods=PUT
                ),
                Route(run, self._run),
                Route("/internal/ledgers/{ledger_id:int}", self._ledger),
                Route(file, self._take, methods=["POST"]),
                Route(file, self._forget, methods=["DELETE"]),
                Route(file + "/deletable", self._deletable),
            ]
        )

    async def _run(self, request: Request) -> Response:
        run_id = request.path_params["run_id"]
        if run_id not in self.runs:
            return _problem(404, "not_found")
        return _json({"status": self.runs[run_id], "ledger_id": 5})

    async def _ledger(self, _: Request) -> Response:
        return _json({"source_stream_key": "bank"})

    async def _take(self, _: Request) -> Response:
        return _json({"waiting": self.waits.pop(0) if self.waits else 0})

    async def _forget(self, request: Request) -> Response:
        self.forgotten.append(request.path_params["file_id"])
        return _json({})

    async def _deletable(self, request: Request) -> Response:
        file_id = request.path_params["file_id"]
        if file_id in self.held:
            return _problem(409, "already_matched")
        return _json({"record_ids": self.items.get(file_id, [])})

    async def _decide(self, request: Request) -> Response:
        change_id, command = request.path_params["change_id"], request.path_params["command"]
        body = msgspec.json.decode(await request.body())
        self.asked.append((command, body))
        if self.is_down:
            return Response(status_code=502)
        outcome = {"status": "cancelled"} if command == "cancel" else self.says
        decided = self.decided.setdefault(change_id, outcome)
        return Response(msgspec.json.encode(decided), media_type="application/json")

    async def _hold(self, _: Request) -> Response:
        if self.is_down:
            return Response(status_code=502)
        return Response(msgspec.json.encode(self.holds), media_type="application/json")

    async def _withdraw(self, request: Request) -> Response:
        body = msgspec.json.decode(await request.body())
        self.asked.append(("withdrawals", body))
        if self.is_down:
            return Response(status_code=502)
        decided = [self.decided.setdefault(one["id"], self.says) for one in body["changes"]]
        assert all(one == decided[0] for one in decided), "a set is decided as one"
        return Response(msgspec.json.encode(decided[0]), media_type="application/json")


def _json(body: Any) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json")


def _problem(status: int, code: str) -> Response:
    body = {"code": code, "detail": code, "errors": []}
    return Response(msgspec.json.encode(body), status, media_type="application/problem+json")
