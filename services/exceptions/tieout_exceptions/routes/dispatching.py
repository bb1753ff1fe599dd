"""Internal HTTP: a break told to an external system, and what that system says of it."""

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tieout_exceptions.domain.dispatching import Callback, Dispatch, TargetSystem
from tieout_exceptions.routes.requests import FilledText, FromCaller, Id, WithParts
from tieout_runtime.internal import IfMatch, expected_version, json_response

router = APIRouter(prefix="/internal/breaks/{break_id}")


class DispatchBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    target_system: TargetSystem
    queue: FilledText | None = Field(default=None, max_length=255)


class CallbackBody(BaseModel):
    """Texts are trimmed, the system's name is in capitals, as Lerian keeps it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    external_system: FilledText = Field(max_length=255)
    external_issue_id: FilledText = Field(max_length=255)
    status: FilledText = Field(max_length=255)
    assignee: FilledText | None = Field(default=None, max_length=255)
    resolution_notes: FilledText | None = Field(default=None, max_length=1000)
    due_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    of_dispatch: bool = False

    @property
    def callback(self) -> Callback:
        members = self.model_dump()
        return Callback(**members | {"external_system": self.external_system.upper()})


@router.post("/dispatch")
async def dispatch(
    break_id: Id,
    body: DispatchBody,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    if_match: IfMatch = None,
) -> Response:
    claim = caller.claim(request, body.model_dump(mode="json"))
    answer = await parts.dispatching.dispatch(
        parts.begin(caller.organization_id),
        claim,
        break_id,
        Dispatch(target_system=body.target_system, queue=body.queue),
        expected_version=expected_version(if_match),
    )
    return json_response(answer)


@router.post("/callback")
async def callback(
    break_id: Id, body: CallbackBody, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    claim = caller.claim(request, body.model_dump(mode="json"))
    begin = parts.begin(caller.organization_id)
    return json_response(await parts.dispatching.call_back(begin, claim, break_id, body.callback))
