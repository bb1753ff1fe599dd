"""The public API as the demo uses it: every call is shown as the curl line that does the same."""

import json
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2

_TIMEOUT_SECONDS = 60
_BASE = 'curl -s -H "X-API-KEY: $TIEOUT_API_KEY"'


class ApiAnsweredError(Exception):
    """A call was refused, although the demo's calls are all good; the text is the answer's."""


class Api:
    """A context. `show` is given the curl line of each call that is not `quiet`."""

    def __init__(self, *, url: str, api_key: str, show: Callable[[str], None]) -> None:
        self._show = show
        self._client = httpx2.Client(
            base_url=url,
            headers={"X-API-KEY": api_key},
            timeout=_TIMEOUT_SECONDS,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(
        self, path: str, *, params: Mapping[str, str] | None = None, quiet: bool = False
    ) -> Any:
        """Answer the JSON of a GET."""
        query = "&".join(f"{name}={value}" for name, value in (params or {}).items())
        if not quiet:
            self._show(f'{_BASE} "$TIEOUT_URL{path}{"?" if query else ""}{query}"')
        return _answer(self._client.get(path, params=dict(params or {}))).json()

    def pages(self, path: str, *, params: Mapping[str, str]) -> list[Any]:
        """Answer every item of a list that is read by cursor; quietly."""
        found: list[Any] = []
        cursor: str | None = None
        while True:
            more = {} if cursor is None else {"cursor": cursor}
            page = self.get(path, params={**params, **more}, quiet=True)
            found += page["data"] if "data" in page else page["items"]
            cursor = page.get("next_cursor") or page.get("nextCursor")
            if cursor is None:
                return found

    def post(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        shown: str | None = None,
        idempotency_key: str | None = None,
    ) -> httpx2.Response:
        """POST JSON; `shown` is what the curl line names as the body, such as a file."""
        headers = {} if idempotency_key is None else {"X-Idempotency-Key": idempotency_key}
        options = "".join(f' -H "{name}: {value}"' for name, value in headers.items())
        data = shown or shlex.quote(json.dumps(body, ensure_ascii=False))
        self._show(f'{_BASE}{options} "$TIEOUT_URL{path}" --json {data}')
        return _answer(self._client.post(path, json=dict(body), headers=headers))

    def upload(self, path: str, file: Path, *, shown: str) -> Any:
        """POST a file as multipart/form-data and answer the JSON."""
        self._show(f'{_BASE} "$TIEOUT_URL{path}" -F file=@{shown}')
        with file.open("rb") as opened:
            return _answer(self._client.post(path, files={"file": (file.name, opened)})).json()


def _answer(response: httpx2.Response) -> httpx2.Response:
    if response.is_error:
        request = response.request
        raise ApiAnsweredError(
            f"{request.method} {request.url.path} → {response.status_code} {response.text}"
        )
    return response
