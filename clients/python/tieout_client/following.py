"""Server-sent events, line by line, and where a listener who comes back goes on.

Source of the format: https://html.spec.whatwg.org/multipage/server-sent-events.html.
"""

from dataclasses import dataclass, field, replace
from typing import Generic

from tieout_client.answer import Answer
from tieout_client.model import M, one_of
from tieout_client.request import Request

_RESET = "stream.reset"
_OWN = "stream."


@dataclass(frozen=True, kw_only=True)
class Followed(Generic[M]):
    """One event, and the position behind it, which `last_event_id` takes.

    `event` is None when what followed the position that was asked for is not kept any more: read
    anew what you show, events come from now on.
    """

    event: M | None
    position: str | None


@dataclass(kw_only=True)
class Following(Generic[M]):
    """What one listener has heard; `request` asks for what comes behind it."""

    kind: type[M]
    request: Request
    wait_seconds: float = 2.0
    _name: str = ""
    _data: list[str] = field(default_factory=list)
    _id: str | None = None

    def begun(self) -> Request:
        """Begin to listen, or again: a block that was cut is told anew."""
        self._name, self._data, self._id = "", [], None
        return self.request

    def take(self, line: str) -> Followed[M] | None:
        """Take a line without its end; an empty one ends a block, which may be an event."""
        if not line:
            return self._ended()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.wait_seconds = int(value) / 1000
        return None

    def _ended(self) -> Followed[M] | None:
        name, data = self._name, "\n".join(self._data)
        if self._id is not None:
            self.request = replace(self.request, last_event_id=self._id)
        position = self.begun().last_event_id
        if name == _RESET:
            return Followed(event=None, position=position)
        if not data or name.startswith(_OWN):
            return None
        told = one_of(self.kind, Answer(status=200, headers={}, body=data.encode()))
        return Followed(event=told, position=position)
