from typing import Annotated

from fastapi import Query, Response

from tieout_gateway.owners import Asking, pass_on
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, also, guarded_router, sent
from tieout_gateway.shapes.bulk import BulkSummary, NewBulk, summary_of
from tieout_gateway.shapes.paging import CursorPage
from tieout_gateway.shapes.records import (
    NewRecord,
    Record,
    RecordChange,
    RecordsQuery,
    RecordVersion,
    record_of,
    version_of,
)
from tieout_gateway.shapes.shape import PathId
from tieout_runtime.problems import Problem

router = guarded_router(END_CLOSE, "records")
_SCOPING = {
    "data_stream_key",
    "reconciliation_id",
    "reconciliation_match_id",
    "external_id",
    "import_batch_id",
    "bulk_request_id",
}


@router.get("/v1/records")
async def list_records(
    query: Annotated[RecordsQuery, Query()], caller: FromCaller
) -> CursorPage[Record]:
    """List records, newest first; at least one identifying filter is required.

    Whether a record is matched is a question about a reconciliation: see its entries.
    """
    params = sent(query)
    if not _SCOPING & params.keys():
        named = ", ".join(sorted(_SCOPING))
        raise Problem(422, "validation_failed", f"one of these filters is required: {named}")
    match_id = params.pop("reconciliation_match_id", None)
    if match_id is not None:
        params["ids"] = await _members_of(caller, match_id)
    page = (await caller.ingest("GET", "/internal/records", params=params)).json()
    return CursorPage(
        data=[record_of(one) for one in page["data"]],
        next_cursor=page["next_cursor"],
        limit=page["limit"],
    )


async def _members_of(caller: Asking, match_id: int) -> str:
    match = (await caller.matcher("GET", f"/internal/matches/{match_id}")).json()
    return ",".join(str(one["record_id"]) for one in match["members"])


@router.post(
    "/v1/records",
    status_code=201,
    responses=also(200, Record, "The record was there before, with the same money"),
)
async def create_record(new: NewRecord, caller: FromCaller, response: Response) -> Record:
    """Add one record; an external_id that has other money already is 422."""
    body = new.model_dump(mode="json", exclude_none=True)
    answer = await caller.ingest("POST", "/internal/records", json=body)
    pass_on(answer, response)
    return record_of(answer.json())


@router.post("/v1/records/bulk", status_code=202)
async def create_records(new: NewBulk, caller: FromCaller, response: Response) -> BulkSummary:
    """Take up to a thousand records at once; what came of each is read from `url`.

    An idempotency key that was used before answers with that bulk request as it stands.
    """
    if new.on_conflict not in {"skip", "error"}:
        raise Problem(
            400,
            "invalid_on_conflict",
            "$.on_conflict: is skip or error",
            errors=[{"path": "$.on_conflict", "message": "is skip or error"}],
        )
    answer = await caller.ingest("POST", "/internal/records/bulk", json=new.model_dump())
    pass_on(answer, response)
    return summary_of(answer.json())


@router.get("/v1/records/{id}")
async def get_record(id: PathId, caller: FromCaller) -> Record:  # noqa: A002  # the path's own name
    """Show one record, in its latest version."""
    return record_of((await caller.ingest("GET", f"/internal/records/{id}")).json())


@router.patch("/v1/records/{id}")
async def update_record(
    id: PathId,  # noqa: A002  # the path's own name
    change: RecordChange,
    caller: FromCaller,
    response: Response,
) -> Record:
    """Correct a record that is in no match: its next version; 409 names the match that holds it.

    Where it waits, it is tried again at once. A suggestion with it is none any more.
    """
    body = change.model_dump(mode="json", exclude_unset=True)
    answer = await caller.ingest("PATCH", f"/internal/records/{id}", json=body)
    pass_on(answer, response)
    return record_of(answer.json())


@router.delete("/v1/records/{id}", status_code=204)
async def delete_record(id: PathId, caller: FromCaller, response: Response) -> None:  # noqa: A002  # the path's own name
    """Delete a record that is in no match; its history stays, and 409 names the match."""
    pass_on(await caller.ingest("DELETE", f"/internal/records/{id}"), response)


@router.get("/v1/records/{id}/versions")
async def list_versions(id: PathId, caller: FromCaller) -> list[RecordVersion]:  # noqa: A002  # the path's own name
    """List all versions of a record, the first one first: what each changed, when and by whom."""
    answer = await caller.ingest("GET", f"/internal/records/{id}/versions")
    return [version_of(one) for one in answer.json()]
