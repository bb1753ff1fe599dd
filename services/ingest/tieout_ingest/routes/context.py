"""What the routes of ingest are given: made once, in app.py."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Path, Query, Request, Response

from tieout_contracts.ids import MAX_ID
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.refusals import JsonRefused
from tieout_ingest.ledger_runs import LedgerRuns
from tieout_ingest.loading.file_deletion import FileDeletion
from tieout_ingest.loading.record_changes import RecordChanges
from tieout_ingest.loading.stream_operations import StreamOperations
from tieout_ingest.store import streams
from tieout_ingest.store.streams import Stream
from tieout_ingest.uploads.spool import Spool
from tieout_runtime.idempotency import Answer
from tieout_runtime.internal import Caller, caller_of
from tieout_runtime.postgres import Connection, Pool, tenant_transaction
from tieout_runtime.problems import Problem, invalid, not_found

JSON_BYTES = 16 * 1024 * 1024
_encode = msgspec.json.Encoder().encode

Asker = Annotated[Caller, Depends(caller_of)]
ObjectId = Annotated[int, Path(ge=1, le=MAX_ID)]
Offset = Annotated[int, Query(ge=0, le=MAX_ID)]


@dataclass(frozen=True, kw_only=True)
class Context:
    """`api` sees only the organisation of its transaction; the wakers save the loaders a poll."""

    api: Pool
    spool: Spool
    limits: Limits
    clock: Callable[[], datetime]
    wake_imports: Callable[[], None]
    wake_bulk: Callable[[], None]
    changes: RecordChanges
    streams: StreamOperations
    ledger_runs: LedgerRuns
    file_deletion: FileDeletion

    @asynccontextmanager
    async def begin(self, caller: Caller) -> AsyncIterator[Connection]:
        async with tenant_transaction(
            self.api, organization_id=caller.organization_id
        ) as connection:
            yield connection


async def stream_of(connection: Connection, caller: Caller, key: str) -> Stream:
    """Find the caller's stream or raise the problem 404."""
    found = None
    if "\0" not in key:
        found = await streams.find_by_key(
            connection, organization_id=caller.organization_id, key=key
        )
    if found is None:
        raise not_found("data stream")
    return found


def answer_of(status: int, value: Any, *, before: Any = None) -> Answer:
    """Answer a value as it is; `before` is what the object was, which the audit tells."""
    was = b"" if before is None else _encode(before)
    return Answer(status=status, body=_encode(value), before=was)


def shown(value: Any) -> Response:
    """Answer 200 with the JSON of msgspec values."""
    return Response(_encode(value), media_type="application/json")


async def json_body(request: Request) -> Any:
    """Read a JSON body within the limit; integers of any length stay exact."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > JSON_BYTES:
            raise Problem(413, "content_too_large", f"a JSON body is over {JSON_BYTES} bytes")
    try:
        return msgspec.json.decode(bytes(content))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise invalid("$", f"is no readable JSON: {error}") from None


def refused(error: JsonRefused, *, below: str = "$") -> Problem:
    """Turn what is wrong with a document into the problem 422 that names each path."""
    problems = [
        {"path": below + one.path.removeprefix("$"), "message": one.message}
        for one in error.problems
    ]
    codes = {one.code for one in error.problems}
    code = codes.pop() if codes == {"precision_exceeded"} else "validation_failed"
    detail = "; ".join(f"{one['path']}: {one['message']}" for one in problems)
    return Problem(422, code, detail, errors=problems)
