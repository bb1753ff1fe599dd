"""Errors over HTTP: RFC 9457 `application/problem+json`, one shape for all services."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from tieout_runtime.postgres import TRANSIENT_ERRORS

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1
_log = structlog.get_logger(__name__)


class Problem(Exception):  # noqa: N818  # RFC 9457 calls it a problem
    """An answer that is not 2xx; `errors` name JSON paths: {"path": "$.a[0]", "message": …}."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[dict[str, str]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = list(errors)
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        return {
            "type": f"urn:tieout:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "errors": self.errors,
        }


def not_found(what: str) -> Problem:
    return Problem(404, "not_found", f"there is no such {what}")


def invalid(path: str, message: str, *, code: str = "validation_failed") -> Problem:
    """One wrong member of a body or query: 422 that names its JSON path."""
    detail = f"{path}: {message}"
    return Problem(422, code, detail, errors=[{"path": path, "message": message}])


def unavailable(detail: str) -> Problem:
    return Problem(503, "unavailable", detail, headers={"Retry-After": str(RETRY_AFTER_S)})


def json_path(location: Sequence[str | int]) -> str:
    """Write pydantic's location: ("body", "a", 0) → `$.a[0]`, ("query", "a", …) → `query.a`.

    What is behind a parameter's or header's name is which alternative was tried.
    """
    if location and location[0] in {"query", "header"}:
        return ".".join(map(str, location[:2]))
    parts = location[1:] if location and location[0] == "body" else location
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)


def validation_errors(error: RequestValidationError | ValidationError) -> list[dict[str, str]]:
    """Say each of pydantic's findings with its JSON path, in our validators' own words."""
    return [
        {"path": json_path(one["loc"]), "message": one["msg"].removeprefix("Value error, ")}
        for one in error.errors()
    ]


def install_problems(app: FastAPI) -> None:
    """Answer every error of `app` as a problem; nothing else leaves (no trace, no SQL)."""

    async def answer(_: Request, problem: Problem) -> JSONResponse:
        return JSONResponse(
            problem.body(), problem.status, headers=problem.headers, media_type=MEDIA_TYPE
        )

    @app.exception_handler(Problem)
    async def on_problem(request: Request, error: Problem) -> JSONResponse:
        return await answer(request, error)

    @app.exception_handler(RequestValidationError)
    async def on_validation(request: Request, error: RequestValidationError) -> JSONResponse:
        errors = validation_errors(error)
        detail = "; ".join(f"{one['path']}: {one['message']}" for one in errors)
        return await answer(request, Problem(422, "validation_failed", detail, errors=errors))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        code = HTTPStatus(error.status_code).name.lower()
        problem = Problem(error.status_code, code, str(error.detail), headers=error.headers)  # type: ignore[arg-type]  # Starlette types a Mapping
        return await answer(request, problem)

    async def on_transient(request: Request, error: Exception) -> JSONResponse:
        _log.warning("unavailable", error=repr(error), path=request.url.path)
        return await answer(request, unavailable("a store is not reachable; try again"))

    for kind in TRANSIENT_ERRORS:
        app.add_exception_handler(kind, on_transient)

    @app.exception_handler(Exception)
    async def on_bug(request: Request, error: Exception) -> JSONResponse:
        _log.error("bug", path=request.url.path, exc_info=error)
        return await answer(request, Problem(500, "internal_error", "an error on our side"))
