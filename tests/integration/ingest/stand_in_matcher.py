"""A matcher that decides changes of records as a test says, once for ever each."""

from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response

REFUSED = {"status": "refused", "code": "already_matched", "message": "matched by match 1000"}


class StandInMatcher:
    """`says` is the next decision; `is_down`: it does not answer; `asked` are the bodies.

    `holds` is what it tells of a stream.
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
