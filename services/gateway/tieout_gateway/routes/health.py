"""Liveness and readiness; owners that cannot be reached are reported, and do not fail us."""

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from tieout_runtime.health import CHECK_TIMEOUT_S, Check


def health_router(*, checks: Mapping[str, Check], owners: Mapping[str, Check]) -> APIRouter:
    """`/readyz` is 503 with a reason for each failing check, and always tells of the owners."""
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        failing, unreachable = await asyncio.gather(_failing(checks), _failing(owners))
        body = {
            "status": "not ready" if failing else "ready",
            "failing": failing,
            "unreachable_owners": unreachable,
        }
        return JSONResponse(body, 503 if failing else 200)

    return router


async def _failing(checks: Mapping[str, Check]) -> dict[str, str]:
    answers = await asyncio.gather(*(_ask(check) for check in checks.values()))
    return {name: answer for name, answer in zip(checks, answers, strict=True) if answer}


async def _ask(check: Check) -> str | None:
    try:
        return await asyncio.wait_for(check(), CHECK_TIMEOUT_S)
    except Exception as error:  # noqa: BLE001  # a check that cannot be made has failed
        return f"{type(error).__name__}: {error}"
