"""Cursors of the gateway's own lists: opaque, and bound to the last object that was shown."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from tieout_contracts.ids import IdError, integer_id


class CursorError(ValueError):
    """The text is no cursor of ours: the request is answered 422."""


def cursor_after(last_id: int) -> str:
    return urlsafe_b64encode(f"id:{last_id}".encode()).decode()


def id_of_cursor(cursor: str) -> int:
    """Read a cursor that `cursor_after` made; raises CursorError."""
    try:
        named, _, number = urlsafe_b64decode(cursor.encode()).decode().partition(":")
        if named == "id":
            return integer_id(number)
    except (ValueError, IdError) as error:
        raise CursorError("is not a cursor of this list") from error
    raise CursorError("is not a cursor of this list")
