"""Internal HTTP: the same for up to a hundred breaks, with an answer for each."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tieout_contracts.ids import MAX_ID
from tieout_exceptions.domain.orders import Order
from tieout_exceptions.routes.requests import FilledText, FromCaller, WithParts
from tieout_runtime.internal import json_response

router = APIRouter(prefix="/internal/breaks/bulk")
MAX_BREAKS = 100


def _once_each(numbers: list[int]) -> list[int]:
    return list(dict.fromkeys(numbers))


Breaks = Annotated[
    list[Annotated[int, Field(ge=1, le=MAX_ID)]],
    Field(min_length=1, max_length=MAX_BREAKS),
    AfterValidator(_once_each),
]


class AssignBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    ids: Breaks
    assignee: FilledText = Field(max_length=255)


class ResolveBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    ids: Breaks
    override_reason: FilledText = Field(max_length=255)
    notes: FilledText | None = Field(default=None, max_length=1000)


@router.post("/assign")
async def assign(
    body: AssignBody, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    claim = caller.claim(request, body.model_dump(mode="json"))
    begin = parts.begin(caller.organization_id)
    return json_response(await parts.bulk.assign(begin, claim, body.ids, body.assignee))


@router.post("/resolve")
async def resolve(
    body: ResolveBody, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    orders = [
        Order(
            break_id=one,
            notes=body.notes or body.override_reason,
            override_reason=body.override_reason,
        )
        for one in body.ids
    ]
    claim = caller.claim(request, body.model_dump(mode="json"))
    return json_response(
        await parts.bulk.resolve(parts.begin(caller.organization_id), claim, orders)
    )
