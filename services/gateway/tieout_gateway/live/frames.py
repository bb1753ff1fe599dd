"""What goes over the wire: https://html.spec.whatwg.org/multipage/server-sent-events.html."""

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi.sse import format_sse_event

from tieout_gateway.domain.public_events import PublicEvent
from tieout_gateway.live.listener import Reason
from tieout_gateway.shapes.public_events import event_of

RETRY_MS = 2000
OPENED, RESET, ENDED = "stream.opened", "stream.reset", "stream.ended"
_RESET_MESSAGE = (
    "events after your Last-Event-ID are not kept any more: read anew what you show; "
    "what follows is from now on"
)
_REASONS: Mapping[Reason, str] = {
    "too_slow": "you read more slowly than events come; come back with your Last-Event-ID",
    "credential_ended": "the credential is revoked, has expired or may not view any more",
    "shutting_down": "this process stops; come back with your Last-Event-ID",
    "interrupted": "reading was interrupted; come back with your Last-Event-ID",
}


def opened_frame(event_id: str) -> bytes:
    """Begin: from here on nothing is missed, even when nothing comes before the connection ends."""
    return _frame(OPENED, {}, event_id=event_id, retry=RETRY_MS)


def reset_frame(event_id: str) -> bytes:
    return _frame(RESET, {"message": _RESET_MESSAGE}, event_id=event_id)


def ended_frame(reason: Reason) -> bytes:
    return _frame(ENDED, {"reason": reason, "message": _REASONS[reason]})


def event_frame(event: PublicEvent, *, event_id: str, stream_keys: Mapping[int, str]) -> bytes:
    shown = event_of(event, stream_keys).model_dump_json(by_alias=True)
    return format_sse_event(data_str=shown, event=event.type, id=event_id)


def beat_frame(event_id: str | None) -> bytes:
    """Say that we are here: a comment, and where the listener is by now if that is known."""
    return format_sse_event(comment="", id=event_id)


def _frame(
    name: str, data: dict[str, Any], *, event_id: str | None = None, retry: int | None = None
) -> bytes:
    text = msgspec.json.encode(data).decode()
    return format_sse_event(data_str=text, event=name, id=event_id, retry=retry)
