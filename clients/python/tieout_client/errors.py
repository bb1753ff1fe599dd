"""Everything a call can raise, named by what the caller may do about it."""

import json
from dataclasses import dataclass
from typing import Any

from tieout_client.answer import Answer


class TieoutError(Exception):
    """What every error of this package is."""


class UnreachableError(TieoutError):
    """No answer came, also after the retries; whether a write had its effect is not known.

    Sending it again with the same `idempotency_key` is safe: it has its effect once.
    """

    def __init__(self, reason: str, *, idempotency_key: str | None) -> None:
        super().__init__(reason)
        self.idempotency_key = idempotency_key


class UnreadableAnswerError(TieoutError):
    """The answer is none this version of the client can read; `answer` holds it."""

    def __init__(self, answer: Answer, reason: str) -> None:
        super().__init__(f"the answer {answer.status} cannot be read: {reason}")
        self.answer = answer


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """What is wrong at one place of the request; `path` is a JSON path into its body."""

    path: str
    message: str


class ProblemError(TieoutError):
    """The API refused: `application/problem+json`, RFC 9457.

    Decide by `code`; `detail` and `errors` are for people. `answer` holds the whole answer and
    `problem` its members, with those only one dialect has.
    """

    def __init__(self, answer: Answer, problem: dict[str, Any]) -> None:
        self.answer = answer
        self.problem = problem
        self.status = answer.status
        self.code = str(problem.get("code", ""))
        self.title = str(problem.get("title", ""))
        self.detail = str(problem.get("detail", ""))
        self.request_id = problem.get("request_id") or answer.request_id
        self.errors = tuple(
            FieldError(path=str(one.get("path", "")), message=str(one.get("message", "")))
            for one in problem.get("errors", ())
        )
        said = self.detail or self.title or answer.body[:200].decode("utf-8", "replace")
        super().__init__(f"{self.status} {self.code}: {said} (request {self.request_id})")


class BadRequestError(ProblemError):
    """400: malformed; correct the request."""


class UnauthenticatedError(ProblemError):
    """401: the key is missing, unknown, expired or revoked."""


class ForbiddenError(ProblemError):
    """403: the key lacks the scope, or belongs to another organisation."""


class NotFoundError(ProblemError):
    """404: there is no such object in this organisation."""


class ConflictError(ProblemError):
    """409: the object's state forbids it, or an equal request is still in progress."""


class StaleVersionError(ProblemError):
    """412: the object has changed since the version given as `if_match`; read it again."""


class InvalidRequestError(ProblemError):
    """413, 415 or 422: understood and not possible; `errors` names the places."""


class RateLimitedError(ProblemError):
    """429, also after the retries."""


class ServerError(ProblemError):
    """5xx, after the retries where they help; a write can be sent again with its key."""


_BY_STATUS: dict[int, type[ProblemError]] = {
    400: BadRequestError,
    401: UnauthenticatedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    412: StaleVersionError,
    413: InvalidRequestError,
    415: InvalidRequestError,
    422: InvalidRequestError,
    429: RateLimitedError,
}
_SERVER_ERRORS = 500


def problem_of(answer: Answer) -> ProblemError:
    """Make the error of an answer that is no success; also of one that a proxy wrote."""
    kind = _BY_STATUS.get(answer.status, ProblemError)
    if answer.status >= _SERVER_ERRORS:
        kind = ServerError
    return kind(answer, problem_members(answer))


def problem_members(answer: Answer) -> dict[str, Any]:
    """Read the members of a problem; none when the body is no JSON object."""
    try:
        told = json.loads(answer.body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
