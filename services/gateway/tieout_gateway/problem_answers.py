"""Every error leaves as `application/problem+json` in the words of the dialect it was asked in."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from tieout_gateway.domain.dialects import Dialect, dialect_of, problem_body, status_of
from tieout_gateway.scope_table import methods_at
from tieout_runtime.postgres import TRANSIENT_ERRORS
from tieout_runtime.problems import MEDIA_TYPE, Problem, unavailable, validation_errors

_UNDERSCORE = re.compile(r"_([a-z])")
_log = structlog.get_logger(__name__)


def problem_response(problem: Problem, scope: Scope) -> JSONResponse:
    """Answer one error; `scope` is the request's, with its `request_id` in the state."""
    dialect = dialect_of(scope["path"])
    status = status_of(dialect, problem.code, problem.status)
    body = problem_body(
        dialect=dialect,
        status=status,
        code=problem.code,
        detail=problem.detail,
        errors=_named(problem.errors, dialect),
        instance=scope["path"],
        request_id=scope["state"]["request_id"],
    )
    return JSONResponse(body, status, headers=problem.headers, media_type=MEDIA_TYPE)


def install_problem_answers(app: FastAPI) -> None:
    """Register the handlers; what they do not know is a bug, which the middleware answers."""

    @app.exception_handler(Problem)
    async def on_problem(request: Request, error: Problem) -> JSONResponse:
        return problem_response(error, request.scope)

    @app.exception_handler(RequestValidationError)
    async def on_validation(request: Request, error: RequestValidationError) -> JSONResponse:
        return problem_response(_validation_problem(error), request.scope)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        code = HTTPStatus(error.status_code).name.lower()
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            methods = methods_at(request.url.path)  # Starlette names those of one route only
            headers["Allow"] = ", ".join(methods) or headers.get("Allow", "")
        problem = Problem(error.status_code, code, str(error.detail), headers=headers)
        return problem_response(problem, request.scope)

    async def on_transient(request: Request, error: Exception) -> JSONResponse:
        _log.warning("unavailable", error=repr(error), path=request.url.path)
        problem = unavailable("the key store is not reachable; try again")
        return problem_response(problem, request.scope)

    for kind in TRANSIENT_ERRORS:
        app.add_exception_handler(kind, on_transient)


def _named(errors: Sequence[Mapping[str, str]], dialect: Dialect) -> Sequence[Mapping[str, str]]:
    """Name members as the dialect does: owners write them with underscores."""
    if dialect != "reconlayer":
        return errors
    return [{**one, "path": _UNDERSCORE.sub(_upper, one["path"])} for one in errors]


def _upper(found: re.Match[str]) -> str:
    return found[1].upper()


def _validation_problem(error: RequestValidationError) -> Problem:
    errors = validation_errors(error)
    detail = "; ".join(f"{one['path']}: {one['message']}" for one in errors)
    return Problem(422, "validation_failed", detail, errors=errors)
