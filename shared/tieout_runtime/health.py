"""Liveness and readiness: `/livez` says the process runs, `/readyz` that it can do its work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse

CHECK_TIMEOUT_S = 2.0
# Answers None when well, else a sentence that says what is wrong.
Check = Callable[[], Awaitable[str | None]]


def health_router(checks: Mapping[str, Check]) -> APIRouter:
    """Serve both; `/readyz` is 503 with a reason for each failing check."""
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        names = list(checks)
        answers = await asyncio.gather(*(_ask(checks[name]) for name in names))
        failing = {name: answer for name, answer in zip(names, answers, strict=True) if answer}
        status = "not ready" if failing else "ready"
        return JSONResponse({"status": status, "failing": failing}, 503 if failing else 200)

    return router


async def _ask(check: Check) -> str | None:
    try:
        return await asyncio.wait_for(check(), CHECK_TIMEOUT_S)
    except Exception as error:  # noqa: BLE001  # a check that cannot be made has failed
        return f"{type(error).__name__}: {error}"
