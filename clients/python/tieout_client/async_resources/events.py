"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import AsyncGenerator

from tieout_client.async_sender import AsyncSender
from tieout_client.following import Followed
from tieout_client.models.events import Event
from tieout_client.request import Request


class AsyncEventsResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    def follow(
        self,
        *,
        types: str | None = None,
        reconciliation_id: int | str | None = None,
        last_event_id: str | None = None,
        request_id: str | None = None,
    ) -> AsyncGenerator[Followed[Event], None]:
        """Follow matches, overdue records and exceptions as server-sent events.

        `event` is the type, `data` an Event as JSON, `id` what `Last-Event-ID` takes. Beside them
        `stream.opened` begins a stream, `stream.reset` says that something is lost and has to be
        read anew, `stream.ended` gives the reason before it closes.

        - `types`: a comma list of event types (docs/live-events.md); all when left out
        """
        return self._sender.followed(
            Event,
            Request(
                method="GET",
                path="/v1/events",
                query={"types": types, "reconciliation_id": reconciliation_id},
                last_event_id=last_event_id,
                request_id=request_id,
            ),
        )
