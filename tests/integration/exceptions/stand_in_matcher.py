"""Too small to lie: the matcher's routes that exceptions calls, with a memory of operations."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from fastapi import FastAPI

from tieout_runtime.problems import Problem, install_problems, not_found

_ENTRY = "/internal/reconciliations/{number}/entries/{record_id}"
_STREAMS: dict[int, dict[str, Any]] = {
    11: {"name": "Bank"},
    12: {"name": "Books"},
    13: {"name": "Other"},
}


def _known(found: dict[int, dict[str, Any]], number: int, what: str) -> dict[str, Any]:
    if number not in found:
        raise not_found(what)
    return found[number]


@dataclass(kw_only=True)
class StandInMatcher:
    """`down` answers 503; `refusal` is what force matches not decided yet end in."""

    down: bool = False
    refusal: dict[str, Any] | None = None
    operations: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    explanations: dict[int, dict[str, Any]] = field(default_factory=dict)
    reconciliations: dict[int, dict[str, Any]] = field(default_factory=dict)

    def app(self) -> FastAPI:
        """Give the application, which speaks for the stand-in that gave it last."""
        app = _application()
        app.state.stand_in = self
        return app

    def note(self, what: str, body: dict[str, Any]) -> None:
        self.asked.append((what, body))
        if self.down:
            raise Problem(503, "unavailable", "the stand-in is down")


@cache
def _application() -> FastAPI:
    """Make the routes once for all tests of a process: it takes longer than most tests."""
    app = FastAPI()
    install_problems(app)

    def asked(what: str, body: dict[str, Any]) -> StandInMatcher:
        stand_in: StandInMatcher = app.state.stand_in
        stand_in.note(what, body)
        return stand_in

    @app.put("/internal/operations/{number}/{command}")
    async def operation(number: int, command: str, body: dict[str, Any]) -> dict[str, Any]:
        matcher = asked(command, body | {"operation_id": number})
        made = matcher.refusal or {"status": "done", "match_id": 9000 + number}
        outcome = made if command != "cancel" else {"status": "cancelled"}
        return matcher.operations.setdefault(number, outcome)

    @app.post("/internal/overdue/claim")
    async def claim(body: dict[str, Any]) -> dict[str, int]:
        asked("claim", body)
        return {"claimed": 3}

    @app.post("/internal/outcomes/resend")
    async def resend(body: dict[str, Any]) -> dict[str, int]:
        asked("resend", body)
        return {"resent": 1}

    @app.get(_ENTRY + "/explanation")
    async def explanation(record_id: int) -> dict[str, Any]:
        matcher = asked("explanation", {"record_id": record_id})
        return _known(matcher.explanations, record_id, "entry")

    @app.get("/internal/reconciliations/{number}")
    async def reconciliation(number: int) -> dict[str, Any]:
        matcher = asked("reconciliation", {"id": number})
        return _known(matcher.reconciliations, number, "reconciliation")

    @app.get("/internal/streams/{number}")
    async def stream(number: int) -> dict[str, Any]:
        asked("stream", {"id": number})
        named = {"id": number, "version": 1, "key": f"key-{number}"}
        named |= _known(_STREAMS, number, "stream")
        return named | {"expected_days": 2, "arrival_grace_seconds": 3600}

    return app
