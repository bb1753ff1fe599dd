from typing import Annotated

from fastapi import Query, Request, Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import END_CLOSE, FromCaller, also, guarded_router, sent
from tieout_gateway.routes.uploads import UPLOAD_BODY, forward_upload
from tieout_gateway.shapes.imports import ImportBatch, ImportPreview, import_batch_of, preview_of
from tieout_gateway.shapes.paging import LongOffsetQuery, OffsetPage
from tieout_gateway.shapes.records import Record, record_of
from tieout_gateway.shapes.shape import PathId, PathStreamKey

router = guarded_router(END_CLOSE, "imports")


@router.post(
    "/v1/data_streams/{key}/imports",
    status_code=202,
    openapi_extra=UPLOAD_BODY,
    responses=also(200, ImportBatch, "The same file was imported before; nothing was added"),
)
async def import_file(
    key: PathStreamKey, request: Request, caller: FromCaller, response: Response
) -> ImportBatch:
    """Import a file into a data stream; its progress is read from the import batch."""
    answer = await forward_upload(request, caller, f"/internal/streams/{key}/imports")
    pass_on(answer, response)
    return import_batch_of(answer.json())


@router.post("/v1/data_streams/{key}/imports/preview", openapi_extra=UPLOAD_BODY)
async def preview_import(key: PathStreamKey, request: Request, caller: FromCaller) -> ImportPreview:
    """Show what an import of the file would do; nothing is kept."""
    answer = await forward_upload(request, caller, f"/internal/streams/{key}/imports/preview")
    return preview_of(answer.json())


@router.get("/v1/data_streams/{key}/import_batches")
async def list_import_batches(
    key: PathStreamKey, query: Annotated[LongOffsetQuery, Query()], caller: FromCaller
) -> OffsetPage[ImportBatch]:
    """List the import batches of a data stream, newest first."""
    path = f"/internal/streams/{key}/import_batches"
    page = (await caller.ingest("GET", path, params=sent(query))).json()
    return OffsetPage(
        data=[import_batch_of(one) for one in page["data"]],
        has_more=page["has_more"],
        offset=page["offset"],
    )


@router.get("/v1/import_batches/{id}")
async def get_import_batch(id: PathId, caller: FromCaller) -> ImportBatch:  # noqa: A002  # the path's own name
    """Show one import batch: its progress, what was rejected and why, its statements."""
    return import_batch_of((await caller.ingest("GET", f"/internal/import_batches/{id}")).json())


@router.get("/v1/import_batches/{id}/records")
async def list_records_of_import_batch(
    id: PathId,  # noqa: A002  # the path's own name
    query: Annotated[LongOffsetQuery, Query()],
    caller: FromCaller,
) -> OffsetPage[Record]:
    """List the records an import batch added."""
    path = f"/internal/import_batches/{id}/records"
    page = (await caller.ingest("GET", path, params=sent(query))).json()
    return OffsetPage(
        data=[record_of(one) for one in page["data"]],
        has_more=page["has_more"],
        offset=page["offset"],
    )
