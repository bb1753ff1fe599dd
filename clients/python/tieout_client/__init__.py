"""The API of tieout in Python: see README.md beside this package."""

from tieout_client.answer import Answer
from tieout_client.client import AsyncClient, Client
from tieout_client.connection import Options
from tieout_client.errors import (
    BadRequestError,
    ConflictError,
    FieldError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
    ProblemError,
    RateLimitedError,
    ServerError,
    StaleVersionError,
    TieoutError,
    UnauthenticatedError,
    UnreachableError,
    UnreadableAnswerError,
)
from tieout_client.model import answer_of
from tieout_client.omitted import OMIT, Omit
from tieout_client.request import Request
from tieout_client.retrying import NO_RETRIES, Retries

__all__ = [
    "NO_RETRIES",
    "OMIT",
    "Answer",
    "AsyncClient",
    "BadRequestError",
    "Client",
    "ConflictError",
    "FieldError",
    "ForbiddenError",
    "InvalidRequestError",
    "NotFoundError",
    "Omit",
    "Options",
    "ProblemError",
    "RateLimitedError",
    "Request",
    "Retries",
    "ServerError",
    "StaleVersionError",
    "TieoutError",
    "UnauthenticatedError",
    "UnreachableError",
    "UnreadableAnswerError",
    "answer_of",
]
