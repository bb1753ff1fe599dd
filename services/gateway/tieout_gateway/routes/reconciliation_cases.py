from typing import Annotated, Any

from fastapi import Query, Response

from tieout_gateway.owners import Asking, pass_on
from tieout_gateway.routes.answers import RECONLAYER, FromCaller, guarded_router
from tieout_gateway.routes.tags import IfMatch, if_match_headers, set_etag
from tieout_gateway.shapes.case_bundles import bundle_members
from tieout_gateway.shapes.case_queries import (
    CaseFilterQuery,
    CaseNotes,
    CasesQuery,
    CaseWork,
    PathCaseId,
)
from tieout_gateway.shapes.cases import CaseBundle, CasesPage
from tieout_runtime.internal import Answered

router = guarded_router(RECONLAYER, "cases")


def case_params(query: CaseFilterQuery) -> dict[str, Any]:
    """Give the filters that the caller stated, as their owner takes them."""
    stated = query.model_dump(mode="json", exclude_none=True, exclude={"format"})
    named = {"from_": "created_from", "to": "created_to"}
    params = {named.get(name, name): value for name, value in stated.items()}
    if "verdict" in params:
        params["verdict"] = ",".join(params["verdict"])
    return params


@router.get("/v1/reconciliation-cases")
async def list_reconciliation_cases(
    query: Annotated[CasesQuery, Query()], caller: FromCaller
) -> CasesPage:
    """List cases, newest first: one for each payment intent, with its evidence."""
    answer = await caller.exceptions("GET", "/internal/cases", params=case_params(query))
    told = answer.json()
    organization_id = caller.principal.organization_id
    return CasesPage(
        items=[
            CaseBundle.model_validate(bundle_members(one, organization_id)) for one in told["data"]
        ],
        limit=told["limit"],
        has_more=told["next_cursor"] is not None,
        next_cursor=told["next_cursor"],
    )


@router.get("/v1/reconciliation-cases/{caseId}")
async def get_reconciliation_case(
    caseId: PathCaseId,  # noqa: N803  # the path's own name
    caller: FromCaller,
    response: Response,
) -> CaseBundle:
    """Show one case with its evidence."""
    answer = await caller.exceptions("GET", f"/internal/cases/{caseId}")
    return _shown(answer, caller, response)


@router.post("/v1/reconciliation-cases/{caseId}/resolve")
async def resolve_reconciliation_case(
    caseId: PathCaseId,  # noqa: N803  # the path's own name
    work: CaseWork,
    caller: FromCaller,
    response: Response,
    if_match: IfMatch = None,
) -> CaseBundle:
    """Resolve a case; one that is resolved already stays as it is."""
    return await _carry_out(caseId, "resolve", work, caller, response, if_match)


@router.post("/v1/reconciliation-cases/{caseId}/archive")
async def archive_reconciliation_case(
    caseId: PathCaseId,  # noqa: N803  # the path's own name
    work: CaseWork,
    caller: FromCaller,
    response: Response,
    if_match: IfMatch = None,
) -> CaseBundle:
    """Archive a case: nothing that happens later opens it again."""
    return await _carry_out(caseId, "archive", work, caller, response, if_match)


@router.post("/v1/reconciliation-cases/{caseId}/notes")
async def note_reconciliation_case(
    caseId: PathCaseId,  # noqa: N803  # the path's own name
    work: CaseNotes,
    caller: FromCaller,
    response: Response,
    if_match: IfMatch = None,
) -> CaseBundle:
    """Write the notes of a case; what they were is kept in its audit events."""
    return await _carry_out(caseId, "notes", work, caller, response, if_match)


async def _carry_out(
    case_id: int,
    command: str,
    work: CaseWork | CaseNotes,
    caller: Asking,
    response: Response,
    if_match: str | None,
) -> CaseBundle:
    answer = await caller.exceptions(
        "POST",
        f"/internal/cases/{case_id}/{command}",
        json=work.model_dump(mode="json", exclude_none=True),
        headers=if_match_headers(if_match),
    )
    pass_on(answer, response)
    return _shown(answer, caller, response)


def _shown(answer: Answered, caller: Asking, response: Response) -> CaseBundle:
    told = answer.json()
    set_etag(told, response)
    return CaseBundle.model_validate(bundle_members(told, caller.principal.organization_id))
