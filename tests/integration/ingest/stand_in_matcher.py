"""A matcher that decides changes of records as a test says, once for ever each."""

from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response

REFUSED = {"status": "refused", "code": "already_matched", "message": "matched by match 1000"}


class StandInMatcher:
    """`says` is the next decision; `is_down`: it does not answer; `asked` are the bodies."""

    def __init__(self) -> None:
        self.says: dict[str, Any] = {"status": "done"}
        self.is_down = False
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.decided: dict[int, dict[str, Any]] = {}
        self.app = FastAPI()
        self.app.put("/internal/record_changes/{change_id}/{command}")(self._decide)

    async def _decide(self, change_id: int, command: str, request: Request) -> Response:
        body = msgspec.json.decode(await request.body())
        self.asked.append((command, body))
        if self.is_down:
            return Response(status_code=502)
        outcome = {"status": "cancelled"} if command == "cancel" else self.says
        decided = self.decided.setdefault(change_id, outcome)
        return Response(msgspec.json.encode(decided), media_type="application/json")
