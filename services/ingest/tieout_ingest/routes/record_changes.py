"""A record's later versions: `PATCH`, `DELETE /internal/records/{id}` and its history."""

from functools import partial
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from tieout_contracts.record import Fields
from tieout_ingest.domain.corrections import differing
from tieout_ingest.domain.refusals import JsonRefused
from tieout_ingest.loading.next_version import Order
from tieout_ingest.routes.context import Asker, Context, ObjectId, json_body, refused, shown
from tieout_ingest.store import history
from tieout_ingest.store.history import VersionView
from tieout_runtime.internal import json_response
from tieout_runtime.problems import not_found

_decode_fields = msgspec.json.Decoder(Fields).decode


def record_changes_router(context: Context) -> APIRouter:
    router = APIRouter()

    @router.patch("/internal/records/{record_id}")
    async def correct(record_id: ObjectId, request: Request, caller: Asker) -> Response:
        document = await json_body(request)
        order = Order(record_id=record_id, document=document)
        claim = caller.claim(request, document)
        try:
            answer = await context.changes.request(partial(context.begin, caller), claim, order)
        except JsonRefused as error:
            raise refused(error) from None
        return json_response(answer)

    @router.delete("/internal/records/{record_id}")
    async def delete(record_id: ObjectId, request: Request, caller: Asker) -> Response:
        order = Order(record_id=record_id, deletes=True)
        claim = caller.claim(request, None)
        return json_response(
            await context.changes.request(partial(context.begin, caller), claim, order)
        )

    @router.get("/internal/records/{record_id}/versions")
    async def versions(record_id: ObjectId, caller: Asker) -> Response:
        async with context.begin(caller) as connection:
            found = await history.versions(
                connection, organization_id=caller.organization_id, record_id=record_id
            )
        if not found:
            raise not_found("record")
        return shown(_with_changes(found))

    return router


def _with_changes(found: list[VersionView]) -> list[dict[str, Any]]:
    """Say of each version which fields it changed."""
    shown_versions = []
    before: Fields | None = None
    for one in found:
        fields = _decode_fields(one.fields)
        changed = differing(before, fields)
        shown_versions.append(msgspec.structs.asdict(one) | {"changed": changed})
        before = fields
    return shown_versions
