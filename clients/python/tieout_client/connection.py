"""What the clients for threads and for tasks have in common."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx2

from tieout_client.answer import Answer
from tieout_client.request import Request
from tieout_client.retrying import Attempts, Retries

VERSION = "0.1.0"


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # the default clock of this package


def _new_key() -> str:
    return str(uuid.uuid4())


def _ignore(_: Request) -> None:
    """Watch nothing."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a client asks; a timeout counts the silence of the other side.

    `organization_id` is named by a person who is in several. `on_request` sees each call as
    its caller made it, before the first attempt. The clocks and `new_key` are there for tests.
    """

    organization_id: int | None = None
    timeout_seconds: float = 60.0
    upload_timeout_seconds: float = 900.0
    retries: Retries = field(default_factory=Retries)
    on_request: Callable[[Request], None] = _ignore
    clock: Callable[[], float] = time.monotonic
    today: Callable[[], datetime] = _now
    new_key: Callable[[], str] = _new_key


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Where to and as whom: `api_key` is a key of tieout, or a person's token."""

    base_url: str
    api_key: str = field(repr=False)
    options: Options

    def begin(self, request: Request) -> tuple[Request, Attempts]:
        """Give a writing request its key, which all its attempts carry, and count them."""
        self.options.on_request(request)
        if request.writes and request.idempotency_key is None:
            request = replace(request, idempotency_key=self.options.new_key())
        return request, Attempts(self.options.retries, request, now=self.options.clock())

    def wait_after_refusal(self, attempts: Attempts, answer: Answer) -> float:
        return attempts.after_refusal(answer, now=self.options.clock(), today=self.options.today())

    def wait_after_failure(self, attempts: Attempts, error: Exception) -> float:
        return attempts.after_failure(error, now=self.options.clock())

    def sent(self, request: Request) -> dict[str, Any]:
        """Give the arguments of httpx2's `build_request`; an upload's file is the caller's."""
        headers = {"Authorization": f"Bearer {self.api_key}"} | request.headers
        headers["User-Agent"] = f"tieout-client/{VERSION}"
        if self.options.organization_id is not None:
            headers["X-Organization-Id"] = str(self.options.organization_id)
        body: dict[str, Any] = {"content": request.json}
        if request.json is not None:
            headers["Content-Type"] = "application/json"
        if request.upload is not None:
            body = {"data": request.form}
        options = self.options
        return {
            "method": request.method,
            "url": self.base_url.rstrip("/") + request.path,
            "params": request.parameters,
            "headers": headers,
            "timeout": options.timeout_seconds
            if request.upload is None
            else options.upload_timeout_seconds,
            **body,
        }


def answer_from(response: httpx2.Response, body: bytes) -> Answer:
    return Answer(status=response.status_code, headers=dict(response.headers), body=body)
