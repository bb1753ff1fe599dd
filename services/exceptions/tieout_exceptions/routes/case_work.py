"""Internal HTTP: what people do to cases."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_exceptions.case_work import CaseOrder, Work
from tieout_exceptions.parts import Parts
from tieout_exceptions.routes.requests import FilledText, FromCaller, Id, WithParts
from tieout_runtime.internal import Caller, IfMatch, expected_version, json_response
from tieout_runtime.problems import not_found

router = APIRouter(prefix="/internal/cases")


class WorkBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    notes: Annotated[FilledText, Field(max_length=4000)] | None = None


class NoteBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    notes: Annotated[FilledText, Field(max_length=4000)]


@router.post("/{case_id}/resolve")
async def resolve(
    case_id: Id,
    body: WorkBody,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    if_match: IfMatch = None,
) -> Response:
    order = _order(case_id, "resolve", body.notes, if_match)
    return await _carry_out(request, caller, parts, order)


@router.post("/{case_id}/archive")
async def archive(
    case_id: Id,
    body: WorkBody,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    if_match: IfMatch = None,
) -> Response:
    order = _order(case_id, "archive", body.notes, if_match)
    return await _carry_out(request, caller, parts, order)


@router.post("/{case_id}/notes")
async def note(
    case_id: Id,
    body: NoteBody,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    if_match: IfMatch = None,
) -> Response:
    order = _order(case_id, "note", body.notes, if_match)
    return await _carry_out(request, caller, parts, order)


def _order(case_id: int, work: Work, notes: str | None, if_match: str | None) -> CaseOrder:
    return CaseOrder(
        case_id=case_id, work=work, notes=notes, expected_version=expected_version(if_match)
    )


async def _carry_out(request: Request, caller: Caller, parts: Parts, order: CaseOrder) -> Response:
    book = await parts.case_setup.find(caller.organization_id)
    if book is None:
        raise not_found("case")
    claim = caller.claim(request, {"notes": order.notes})
    begin = parts.begin(caller.organization_id)
    return json_response(await parts.case_work.carry_out(begin, claim, book, order))
