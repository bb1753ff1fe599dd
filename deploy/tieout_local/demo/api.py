"""The public API as the demo asks it: through the Python client, shown as curl lines."""

import json
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2

from tieout_client import Client, Options, Request

_BASE = 'curl -s -H "X-API-KEY: $TIEOUT_API_KEY"'


@dataclass(frozen=True, kw_only=True)
class Api:
    """One organisation's door: `shown` prints the curl line of each call, `quiet` none."""

    shown: Client
    quiet: Client


@dataclass(frozen=True, kw_only=True)
class CurlLines:
    """Writes a call as the curl line that does the same.

    `folder` has the example files; the line of a body that stands in one names the file.
    """

    folder: Path
    show: Callable[[str], None]
    _files: dict[str, str] = field(default_factory=dict)

    def read_body(self, *path: str) -> dict[str, Any]:
        """Read a body from a file of the folder, and remember that it stands there."""
        body: dict[str, Any] = json.loads(self.folder.joinpath(*path).read_text("utf-8"))
        self._files[_canonical(body)] = f"@{'/'.join((self.folder.name, *path))}"
        return body

    def __call__(self, request: Request) -> None:
        method = "" if request.method in ("GET", "POST") else f" -X {request.method}"
        headers = "".join(f' -H "{name}: {value}"' for name, value in request.headers.items())
        query = urlencode(request.parameters)
        address = f"$TIEOUT_URL{request.path}{'?' if query else ''}{query}"
        self.show(f'{_BASE}{method}{headers} "{address}"{self._content(request)}')

    def _content(self, request: Request) -> str:
        if request.upload is not None:
            return f" -F file=@{self.folder.name}/{request.upload.filename}"
        if request.json is None:
            return " -X POST" if request.method == "POST" else ""
        body = json.loads(request.json)
        named = self._files.get(_canonical(body))
        return f" --json {named or shlex.quote(json.dumps(body, ensure_ascii=False))}"


@contextmanager
def opened_api(*, url: str, api_key: str, lines: CurlLines) -> Iterator[Api]:
    """Open both clients over one pool of connections, past every proxy: it is this machine."""
    with httpx2.Client(trust_env=False) as http:
        yield Api(
            shown=Client(url, api_key, http=http, options=Options(on_request=lines)),
            quiet=Client(url, api_key, http=http),
        )


def _canonical(body: Any) -> str:
    return json.dumps(body, sort_keys=True)
