"""Too small to lie: the matcher's routes that exceptions calls, with a memory of operations."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

from tieout_runtime.problems import Problem, install_problems, not_found


@dataclass(kw_only=True)
class StandInMatcher:
    """`down` answers 503; `refusal` is what force matches not decided yet end in."""

    down: bool = False
    refusal: dict[str, Any] | None = None
    operations: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    reconciliations: dict[int, dict[str, Any]] = field(default_factory=dict)

    def app(self) -> FastAPI:
        app = FastAPI()
        install_problems(app)

        def note(what: str, body: dict[str, Any]) -> None:
            self.asked.append((what, body))
            if self.down:
                raise Problem(503, "unavailable", "the stand-in is down")

        @app.put("/internal/operations/{number}/{command}")
        async def operation(number: int, command: str, body: dict[str, Any]) -> dict[str, Any]:
            note(command, body | {"operation_id": number})
            made = self.refusal or {"status": "done", "match_id": 9000 + number}
            outcome = made if command != "cancel" else {"status": "cancelled"}
            return self.operations.setdefault(number, outcome)

        @app.post("/internal/overdue/claim")
        async def claim(body: dict[str, Any]) -> dict[str, int]:
            note("claim", body)
            return {"claimed": 3}

        @app.post("/internal/outcomes/resend")
        async def resend(body: dict[str, Any]) -> dict[str, int]:
            note("resend", body)
            return {"resent": 1}

        @app.get("/internal/reconciliations/{number}")
        async def reconciliation(number: int) -> dict[str, Any]:
            note("reconciliation", {"id": number})
            if number not in self.reconciliations:
                raise not_found("reconciliation")
            return self.reconciliations[number]

        @app.get("/internal/streams/{number}")
        async def stream(number: int) -> dict[str, Any]:
            note("stream", {"id": number})
            known = {11: "Bank", 12: "Books", 13: "Other"}
            if number not in known:
                raise not_found("stream")
            named = {"id": number, "version": 1, "key": f"key-{number}", "name": known[number]}
            return named | {"expected_days": 2, "arrival_grace_seconds": 3600}

        return app
