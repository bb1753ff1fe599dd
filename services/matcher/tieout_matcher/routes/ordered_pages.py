"""Pages of the ledger dialect: how many there are with the filters and without, in either order."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_contracts.ids import MAX_ID
from tieout_matcher.routes.replies import reply


class OrderedQuery(BaseModel):
    """Which stretch of a list; each list says by what it can be sorted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=MAX_ID)
    order: Literal["asc", "desc"] = "asc"

    @property
    def direction(self) -> int:
        """1 for ascending, -1 for descending: what sort keys are multiplied by."""
        return 1 if self.order == "asc" else -1


class AccountsQuery(OrderedQuery):
    ledger_id: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None
    sort: Literal["id", "name", "unreconciled_count"] = "id"


WithAccountsQuery = Annotated[AccountsQuery, Query()]


def ordered_page(
    data: Sequence[Any], query: OrderedQuery, *, total: int, total_unfiltered: int
) -> Response:
    """Answer a page of `total` that pass the filters, of `total_unfiltered` in all."""
    return reply(
        {
            "data": data,
            "total": total,
            "total_unfiltered": total_unfiltered,
            "has_more": query.offset + len(data) < total,
        }
    )
