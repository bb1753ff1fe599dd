"""Answers of the internal routes, and what every route takes."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import AfterValidator, AwareDatetime, Field

from tieout_contracts.ids import MAX_ID
from tieout_matcher.parts import Parts
from tieout_matcher.views import encode
from tieout_runtime.idempotency import Answer
from tieout_runtime.internal import Caller, caller_of


async def parts_of(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a text must not contain the character NUL")
    return text


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("is outside the years 1 to 9999") from error


Identifier = Annotated[int, Field(ge=1, le=MAX_ID)]
Position = Annotated[int, Field(ge=0, le=MAX_ID)]
Text = Annotated[str, AfterValidator(_storable)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
WithParts = Annotated[Parts, Depends(parts_of)]
FromCaller = Annotated[Caller, Depends(caller_of)]


def reply(content: Any, status: int = 200) -> Response:
    """Answer JSON; raw fields are passed on byte for byte."""
    return Response(encode(content), status, media_type="application/json")


def answer(content: Any, status: int = 200, *, before: Any = None) -> Answer:
    """Make an answer that can be kept for its idempotency key; None is an empty body.

    `before` is what the object was, for those who read of the change later.
    """
    return Answer(
        status=status,
        body=b"" if content is None else encode(content),
        before=b"" if before is None else encode(before),
    )
