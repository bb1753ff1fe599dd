"""What requests carry besides their bodies, read strictly; and how answers leave."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Path, Request, Response
from pydantic import AfterValidator

from tieout_contracts.ids import MAX_ID, IdError, integer_id
from tieout_exceptions.domain.answers import json_bytes
from tieout_exceptions.parts import Parts
from tieout_runtime.internal import Caller, caller_of
from tieout_runtime.problems import invalid

_DATE_LENGTH = len("2025-01-31")


async def parts_of(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


def _storable(text: str) -> str:
    """Refuse what PostgreSQL cannot hold in a text."""
    if "\x00" in text:
        raise ValueError("a text must not contain the character NUL")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


WithParts = Annotated[Parts, Depends(parts_of)]
FromCaller = Annotated[Caller, Depends(caller_of)]
Id = Annotated[int, Path(ge=1, le=MAX_ID)]
Text = Annotated[str, AfterValidator(_storable)]
FilledText = Annotated[str, AfterValidator(_storable), AfterValidator(_not_blank)]


def reply(content: Any) -> Response:
    return Response(json_bytes(content), media_type="application/json")


def moment(text: str | None, path: str, *, end: bool) -> datetime | None:
    """Read RFC 3339 or a calendar day (UTC): of a day its first moment, or by `end` its last."""
    if text is None:
        return None
    try:
        if len(text) == _DATE_LENGTH:
            day = datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=UTC)
            return day + timedelta(days=1) if end else day
        given = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise invalid(path, f"{text[:40]!r} is no date or RFC 3339 time") from error
    if given.tzinfo is None:
        raise invalid(path, "a time needs its offset from UTC")
    return given


def cursor_after(last_id: int) -> str:
    return urlsafe_b64encode(f"id:{last_id}".encode()).decode()


def id_of_cursor(cursor: str | None) -> int | None:
    """Read a cursor that `cursor_after` made; anything else is 422."""
    if cursor is None:
        return None
    try:
        named, _, number = urlsafe_b64decode(cursor.encode()).decode().partition(":")
        if named == "id":
            return integer_id(number)
    except (ValueError, IdError):
        pass
    raise invalid("$.cursor", "is not a cursor of this list")


def ids_of(text: str, path: str, *, at_most: int) -> list[int]:
    """Read a comma list of ids."""
    try:
        found = [integer_id(one.strip()) for one in text.split(",") if one.strip()]
    except IdError as error:
        raise invalid(path, str(error)) from error
    if len(found) > at_most:
        raise invalid(path, f"names more than {at_most} ids")
    return found
