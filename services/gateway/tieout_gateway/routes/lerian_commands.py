"""What every command about an exception has in common: asked of its owner, shown as it is then."""

from typing import Any

from fastapi import Response

from tieout_gateway.owners import Asking, pass_on
from tieout_gateway.routes.tags import if_match_headers, set_etag
from tieout_gateway.shapes.lerian_exceptions import LerianException, exception_of


async def command(
    caller: Asking,
    response: Response,
    path: str,
    *,
    if_match: str | None,
    body: dict[str, Any] | None = None,
) -> LerianException:
    """Have a break's owner carry out `path` (a break's number and a verb)."""
    content = {} if body is None else {"json": body}
    answer = await caller.exceptions(
        "POST", f"/internal/breaks/{path}", headers=if_match_headers(if_match), **content
    )
    pass_on(answer, response)
    set_etag(answer.json(), response)
    return exception_of(answer.json())
