"""Source files of runs deleted: `DELETE /internal/ledger_runs/{id}/imports…`."""

from dataclasses import replace
from functools import partial

from fastapi import APIRouter, Request, Response

from tieout_ingest.routes.context import Asker, Context, ObjectId
from tieout_ingest.store import run_files
from tieout_runtime.internal import json_response


def file_deletions_router(context: Context) -> APIRouter:
    router = APIRouter()

    @router.delete("/internal/ledger_runs/{run_id}/imports/{file_id}")
    async def delete(
        run_id: ObjectId, file_id: ObjectId, request: Request, caller: Asker
    ) -> Response:
        answer = await context.file_deletion.delete(
            partial(context.begin, caller),
            caller.claim(request, None),
            caller,
            run_id=run_id,
            file_id=file_id,
        )
        return json_response(answer)

    @router.delete("/internal/ledger_runs/{run_id}/imports")
    async def delete_all(run_id: ObjectId, request: Request, caller: Asker) -> Response:
        """Delete all files of a run, so that it can be deleted itself."""
        async with context.begin(caller) as connection:
            rows = await run_files.files(connection, caller.organization_id, run_id)
        claim = replace(caller, idempotency_key=None).claim(request, None)
        for row in rows:
            await context.file_deletion.delete(
                partial(context.begin, caller), claim, caller, run_id=run_id, file_id=row["id"]
            )
        return Response(status_code=204)

    return router
