"""A dependency of the routes that say who acted."""

from typing import Annotated

from fastapi import Depends, Request

from tieout_gateway.authors import Authors


async def authors_of(request: Request) -> Authors:
    return Authors(api=request.app.state.pool)


WithAuthors = Annotated[Authors, Depends(authors_of)]
