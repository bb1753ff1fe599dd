from typing import Annotated

from fastapi import Query

from tieout_gateway.routes.answers import OURS, FromCaller, guarded_router, sent
from tieout_gateway.shapes.audit import (
    AuditEntry,
    AuditQuery,
    Verification,
    audit_entry_of,
    verification_of,
)
from tieout_gateway.shapes.paging import CursorPage

router = guarded_router(OURS, "audit")


@router.get("/v1/audit_entries")
async def list_audit_entries(
    query: Annotated[AuditQuery, Query()], caller: FromCaller
) -> CursorPage[AuditEntry]:
    """List changes that callers made, in their order."""
    page = (await caller.exceptions("GET", "/internal/audit_entries", params=sent(query))).json()
    return CursorPage(
        data=[audit_entry_of(one) for one in page["data"]],
        next_cursor=page["next_cursor"],
        limit=page["limit"],
    )


@router.get("/v1/audit_entries/verification")
async def verify_audit_entries(caller: FromCaller) -> Verification:
    """Follow the whole chain: whether each entry is what was sealed, and none is missing."""
    path = "/internal/audit_entries/verification"
    return verification_of((await caller.exceptions("GET", path)).json())
