"""Answers of the internal routes, and what every route takes."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from tieout_matcher.parts import Parts
from tieout_matcher.views import encode
from tieout_runtime.idempotency import Answer
from tieout_runtime.internal import Caller, caller_of


def parts_of(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


WithParts = Annotated[Parts, Depends(parts_of)]
FromCaller = Annotated[Caller, Depends(caller_of)]


def reply(content: Any, status: int = 200) -> Response:
    """Answer JSON; raw fields are passed on byte for byte."""
    return Response(encode(content), status, media_type="application/json")


def answer(content: Any, status: int = 200) -> Answer:
    """Make an answer that can be kept for its idempotency key; None is an empty body."""
    return Answer(status=status, body=b"" if content is None else encode(content))
