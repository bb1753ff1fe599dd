"""Statements held against records: `/internal/balance_days`, and what a statement consists of."""

import base64
import binascii
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tieout_contracts.record import Side
from tieout_ingest.domain.statement_chain import gaps
from tieout_ingest.domain.statement_proof import DayKey, Statement, days_of, prove_day
from tieout_ingest.routes.context import Asker, Context, ObjectId, shown
from tieout_ingest.routes.proof_views import day_view
from tieout_ingest.store import statements
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import invalid

Number = Annotated[int, Field(ge=1, le=2**53 - 1)]
Position = Annotated[int, Field(ge=0, le=2**53 - 1)]
StatementNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
Text = Annotated[str, Field(max_length=256, pattern=r"^[^\x00]*$")]
_decode_key = msgspec.json.Decoder(tuple[str, str, date]).decode


class DaysQuery(BaseModel):
    """Which streams are on which side is the matcher's to know; dates are inclusive."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    side_a_stream_ids: list[Number] = []
    side_b_stream_ids: list[Number] = []
    sign_mode: Literal["same", "opposite", "absolute"] = "same"
    account: Text | None = None
    date_from: date | None = None
    date_to: date | None = None
    as_of: AwareDatetime | None = None
    cursor: Annotated[str, Field(max_length=1024)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    @property
    def sides(self) -> dict[int, Side]:
        found: dict[int, Side] = dict.fromkeys(self.side_a_stream_ids, "A")
        return found | dict.fromkeys(self.side_b_stream_ids, "B")


def statements_router(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/internal/balance_days")
    async def list_days(query: Annotated[DaysQuery, Query()], caller: Asker) -> Response:
        after = None if query.cursor is None else _key_of(query.cursor)
        async with context.begin(caller) as connection:
            found = await statements.of_streams(
                connection,
                organization_id=caller.organization_id,
                sides=query.sides,
                as_of=query.as_of,
            )
            days = days_of(
                found, account=query.account, date_from=query.date_from, date_to=query.date_to
            )
            rest = [key for key in days if after is None or key > after]
            page = {key: days[key] for key in rest[: query.limit]}
            data = await _proven(connection, caller.organization_id, page, found, query)
        more = cursor_of([*page][-1]) if len(rest) > len(page) else None
        return shown({"data": data, "next_cursor": more, "limit": query.limit})

    @router.get("/internal/import_batches/{batch_id}/statements/{statement}/records")
    async def list_booked(
        batch_id: ObjectId,
        statement: StatementNumber,
        caller: Asker,
        currency: Text | None = None,
        cursor: Position = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Response:
        async with context.begin(caller) as connection:
            found = await statements.booked_records(
                connection,
                organization_id=caller.organization_id,
                import_batch_id=batch_id,
                statement=statement,
                currency=currency,
                after=cursor,
                limit=limit + 1,
            )
        page = found[:limit]
        more = str(page[-1].record_id) if len(found) > limit else None
        return shown({"data": page, "next_cursor": more, "limit": limit})

    return router


async def _proven(
    connection: Connection,
    organization_id: int,
    page: dict[DayKey, list[Statement]],
    all_statements: list[Statement],
    query: DaysQuery,
) -> list[dict[str, Any]]:
    """Prove each day of a page; gaps are looked for over all statements there are."""
    places = [(key, side) for key in page for side in ("A", "B")]
    groups = [[one for one in page[key] if one.side == side] for key, side in places]
    by_statement, by_group = await statements.sums(
        connection, organization_id=organization_id, groups=groups
    )
    sums = {places[index]: one for index, one in by_group.items()}
    joints = gaps(all_statements)
    return [
        day_view(
            key,
            prove_day(
                found,
                {side: sums[key, side] for side in ("A", "B") if (key, side) in sums},
                query.sign_mode,
            ),
            booked=by_statement,
            gaps=joints,
        )
        for key, found in page.items()
    ]


def cursor_of(key: DayKey) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode()


def _key_of(cursor: str) -> DayKey:
    """Read back a cursor; raises the problem 422."""
    try:
        return _decode_key(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise invalid("$.cursor", "is no cursor of this list") from None
