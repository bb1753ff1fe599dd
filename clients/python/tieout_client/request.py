"""Requests as values: what is sent, before anything is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from tieout_client.model import Model
from tieout_client.omitted import OMIT
from tieout_client.upload import Upload

Given = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Request:
    """One call. A writing one is given an idempotency key when it is sent, if it has none."""

    method: str
    path: str
    query: Given = field(default_factory=dict)
    body: Given | None = None
    upload: Upload | None = None
    writes: bool = False
    idempotency_key: str | None = None
    request_id: str | None = None
    if_match: str | None = None
    last_event_id: str | None = None

    @property
    def can_be_repeated(self) -> bool:
        return self.upload is None or self.upload.can_be_repeated

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Write the query; a list is the parameter several times."""
        return [
            (name, _text(one))
            for name, value in self.query.items()
            if value is not None
            for one in (value if isinstance(value, list | tuple) else [value])
        ]

    @property
    def json(self) -> bytes | None:
        """Write the body, without what was not given."""
        if self.body is None or self.upload is not None:
            return None
        return json.dumps(wire(self.body), ensure_ascii=False, allow_nan=False).encode()

    @property
    def form(self) -> dict[str, str]:
        """Write the fields that go with an upload; an object in one is JSON."""
        told = wire(self.body or {})
        return {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in told.items()
        }

    @property
    def headers(self) -> dict[str, str]:
        named = {
            "X-Idempotency-Key": self.idempotency_key,
            "X-Request-Id": self.request_id,
            "If-Match": self.if_match,
            "Last-Event-ID": self.last_event_id,
        }
        return {name: value for name, value in named.items() if value is not None}

    def asking(self, **more: Any) -> "Request":
        """Ask the same with other parameters: the next page."""
        return replace(self, query={**self.query, **more})


def segment(value: int | str) -> str:
    """Write a part of a path. Raises ValueError for what would name another path."""
    text = str(value)
    if text in {"", ".", ".."}:
        raise ValueError(f"{text!r} names nothing")
    return quote(text, safe="")


def wire(value: Any) -> Any:
    """Write a value as JSON has it: amounts as text, never as a float; times as RFC 3339."""
    if isinstance(value, Model):
        return wire(value.model_dump(by_alias=True, exclude_unset=True))
    if isinstance(value, Mapping):
        return {name: wire(one) for name, one in value.items() if one is not OMIT}
    if isinstance(value, list | tuple):
        return [wire(one) for one in value]
    if isinstance(value, Decimal | datetime | date):
        return _text(value)
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
