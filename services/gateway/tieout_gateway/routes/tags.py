"""ETag and If-Match: a change refers to the version its author saw."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Header, Response

IfMatch = Annotated[
    str | None,
    Header(
        description="the ETag that was read; 412 when it is no longer the newest", max_length=64
    ),
]


def set_etag(told: Mapping[str, Any], response: Response) -> None:
    """Show the object's version, where its owner counts versions."""
    if told.get("version") is not None:
        response.headers["etag"] = f'"{told["version"]}"'


def if_match_headers(if_match: str | None) -> dict[str, str]:
    return {} if if_match is None else {"if-match": if_match}
