"""Internal HTTP: four eyes."""

from decimal import Decimal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_exceptions.approvals import Review, limits_answer
from tieout_exceptions.routes.requests import FilledText, FromCaller, Id, WithParts, reply
from tieout_exceptions.store.approvals import Limit, limits_of
from tieout_runtime.internal import IfMatch, expected_version, json_response
from tieout_runtime.problems import invalid

router = APIRouter(prefix="/internal")
MAX_LIMITS = 200


class ReviewBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    notes: FilledText | None = Field(default=None, max_length=1000)


class LimitBody(BaseModel):
    """`amount` is a plain decimal in major units."""

    model_config = ConfigDict(extra="forbid")

    currency: str = Field(pattern=r"^[A-Z0-9][A-Z0-9.]{2,11}$")
    amount: str = Field(pattern=r"^[0-9]+(\.[0-9]+)?$", max_length=60)


class LimitsBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limits: list[LimitBody] = Field(max_length=MAX_LIMITS)


@router.post("/breaks/{break_id}/approve")
async def approve(
    break_id: Id,
    body: ReviewBody,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    if_match: IfMatch = None,
) -> Response:
    asked = _asked(break_id, body, if_match)
    claim = caller.claim(request, body.model_dump(mode="json"))
    begin = parts.begin(caller.organization_id)
    return json_response(await parts.approvals.approve(begin, claim, asked))


@router.post("/breaks/{break_id}/refuse")
async def refuse(
    break_id: Id,
    body: ReviewBody,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    if_match: IfMatch = None,
) -> Response:
    asked = _asked(break_id, body, if_match)
    claim = caller.claim(request, body.model_dump(mode="json"))
    begin = parts.begin(caller.organization_id)
    return json_response(await parts.approvals.refuse(begin, claim, asked))


@router.get("/approval_limits")
async def limits(caller: FromCaller, parts: WithParts) -> Response:
    async with parts.begin(caller.organization_id)() as connection:
        return reply(
            limits_answer(await limits_of(connection, organization_id=caller.organization_id))
        )


@router.put("/approval_limits")
async def set_limits(
    body: LimitsBody, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    named = [one.currency for one in body.limits]
    for place, currency in enumerate(named):
        if currency in named[:place]:
            raise invalid(f"$.limits[{place}].currency", f"{currency} is named twice")
    wanted = [Limit(currency=one.currency, amount=Decimal(one.amount)) for one in body.limits]
    claim = caller.claim(request, body.model_dump(mode="json"))
    return json_response(
        await parts.approvals.set_limits(parts.begin(caller.organization_id), claim, wanted)
    )


def _asked(break_id: int, body: ReviewBody, if_match: str | None) -> Review:
    return Review(break_id=break_id, notes=body.notes, expected_version=expected_version(if_match))
