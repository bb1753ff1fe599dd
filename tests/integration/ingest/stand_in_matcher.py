"""A matcher that decides changes of records as a test says, once for ever each."""

from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response

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
        self.app = FastAPI()
        self.app.get("/internal/streams/{stream_id}/hold")(self._hold)
        self.app.put("/internal/streams/{stream_id}/withdrawals")(self._withdraw)
        self.app.put("/internal/record_changes/{change_id}/{command}")(self._decide)
        self.runs: dict[int, str] = {}
        self.waits: list[int] = []
        self.forgotten: list[int] = []
        self.held: set[int] = set()
        self.items: dict[int, list[int]] = {}
        run = "/internal/ledger_runs/{run_id}"
        self.app.get(run)(self._run)
        self.app.get("/internal/ledgers/{ledger_id}")(self._ledger)
        self.app.post(run + "/files/{file_id}")(self._take)
        self.app.delete(run + "/files/{file_id}")(self._forget)
        self.app.get(run + "/files/{file_id}/deletable")(self._deletable)

    async def _run(self, run_id: int) -> Response:
        if run_id not in self.runs:
            return _problem(404, "not_found")
        return _json({"status": self.runs[run_id], "ledger_id": 5})

    async def _ledger(self) -> Response:
        return _json({"source_stream_key": "bank"})

    async def _take(self) -> Response:
        return _json({"waiting": self.waits.pop(0) if self.waits else 0})

    async def _forget(self, file_id: int) -> Response:
        self.forgotten.append(file_id)
        return _json({})

    async def _deletable(self, file_id: int) -> Response:
        if file_id in self.held:
            return _problem(409, "already_matched")
        return _json({"record_ids": self.items.get(file_id, [])})

    async def _decide(self, change_id: int, command: str, request: Request) -> Response:
        body = msgspec.json.decode(await request.body())
        self.asked.append((command, body))
        if self.is_down:
            return Response(status_code=502)
        outcome = {"status": "cancelled"} if command == "cancel" else self.says
        decided = self.decided.setdefault(change_id, outcome)
        return Response(msgspec.json.encode(decided), media_type="application/json")

    async def _hold(self, stream_id: int) -> Response:  # noqa: ARG002  # it tells the same of all
        if self.is_down:
            return Response(status_code=502)
        return Response(msgspec.json.encode(self.holds), media_type="application/json")

    async def _withdraw(self, stream_id: int, request: Request) -> Response:  # noqa: ARG002  # as above
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
