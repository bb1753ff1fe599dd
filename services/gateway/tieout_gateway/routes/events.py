"""Server-sent events: what happens to the caller's own, as it happens."""

import json
from contextlib import AsyncExitStack
from typing import Annotated, Any

from fastapi import Header, Query, Request

from tieout_gateway.domain.event_marks import MarkError
from tieout_gateway.guard import check_still_admitted
from tieout_gateway.live.listener import Wanted
from tieout_gateway.live.response import EventStreamResponse
from tieout_gateway.live.streams import LiveEvents
from tieout_gateway.live.telling import StreamKeys
from tieout_gateway.routes.answers import OURS, FromCaller, guarded_router
from tieout_gateway.routes.reconciliations import streams_of
from tieout_gateway.shapes.public_events import EXAMPLE, Event, EventsQuery
from tieout_runtime.problems import invalid

router = guarded_router(OURS, "events")
_STREAM: dict[str, Any] = {
    "schema": {
        "type": "string",
        "description": "blocks of lines; each `data` is an Event",
        "x-event-data": {"$ref": "#/components/schemas/Event"},
    },
    "example": f"event: record.reconciled\ndata: {json.dumps(EXAMPLE)}\nid: hzYpFucA2r3c\n\n",
}


@router.get(
    "/v1/events",
    status_code=200,
    response_class=EventStreamResponse,
    response_model=Event,
    responses={200: {"content": {"text/event-stream": _STREAM}}},
)
async def follow_events(
    query: Annotated[EventsQuery, Query()],
    request: Request,
    caller: FromCaller,
    last_event_id: Annotated[
        str | None,
        Header(max_length=4096, description="the last `id` you had: what came since is sent first"),
    ] = None,
) -> EventStreamResponse:
    """Follow matches, overdue records and exceptions as server-sent events.

    `event` is the type, `data` an Event as JSON, `id` what `Last-Event-ID` takes. Beside them
    `stream.opened` begins a stream, `stream.reset` says that something is lost and has to be read
    anew, `stream.ended` gives the reason before it closes.
    """
    if query.reconciliation_id is not None:
        await caller.matcher("GET", f"/internal/reconciliations/{query.reconciliation_id}")

    async def ask_keys() -> StreamKeys:
        return {number: stream["key"] for number, stream in (await streams_of(caller)).items()}

    await ask_keys()  # an organisation's owner that is away is told before anything is
    live: LiveEvents = request.app.state.live_events
    closing = AsyncExitStack()
    opened = live.opened(
        principal=caller.principal,
        wanted=Wanted(types=query.wanted_types, reconciliation_id=query.reconciliation_id),
        last_event_id=last_event_id,
        ask_keys=ask_keys,
        check=lambda: check_still_admitted(request, "view"),
    )
    try:
        frames = await closing.enter_async_context(opened)
    except MarkError as error:
        raise invalid("header.Last-Event-ID", str(error)) from error
    return EventStreamResponse(frames, closing=closing)
