"""A multipart upload, streamed into the spool as it comes: never whole in memory."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Request
from msgspec import Struct
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from tieout_ingest.uploads.spool import Arriving, Spooled
from tieout_runtime.problems import Problem, invalid

PROFILE_BYTES = 256 * 1024
_OVERHEAD_BYTES = 1024 * 1024  # fields, headers and boundaries beside the file


class Upload(Struct, frozen=True, kw_only=True):
    """`profile` is decoded JSON or None; `idempotency_key` what the form says, where it may."""

    filename: str
    file: Spooled
    profile: Any
    idempotency_key: str | None = None


async def receive_upload(
    request: Request, arriving: Arriving, *, max_bytes: int, takes_key: bool = False
) -> Upload:
    """Write the part `file` into the spool; raises Problem 413, 415 or 422.

    `takes_key`: a part `idempotency_key` is read too.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise Problem(415, "unsupported_media_type", "send multipart/form-data with a part `file`")
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > max_bytes + _OVERHEAD_BYTES:
        raise _too_large(max_bytes)
    names = ("profile", "idempotency_key") if takes_key else ("profile",)
    parts = _Parts(arriving, max_bytes, names)
    parser = MultipartParser(options[b"boundary"], parts.callbacks())  # type: ignore[arg-type]  # its TypedDict has no constructor
    try:
        async for content in request.stream():
            parser.write(content)
        parser.finalize()
    except FormParserError as error:
        raise invalid("$", f"the multipart body is broken: {error}", code="broken_upload") from None
    return parts.result()


class _Parts:
    """Takes the parser's callbacks: one part after another, each header by header."""

    def __init__(self, arriving: Arriving, max_bytes: int, names: Sequence[str]) -> None:
        self._arriving = arriving
        self._max_bytes = max_bytes
        self._header, self._value = b"", b""
        self._options: dict[bytes, bytes] = {}
        self._names = names
        self._fields: dict[str, bytes] = {}
        self._filename: str | None = None
        self._name = ""
        self._ended = False

    def callbacks(self) -> dict[str, Callable[..., None]]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._options, self._header, self._value = {}, b"", b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._options = parse_options_header(self._value)[1]
        self._header, self._value = b"", b""

    def _headers_finished(self) -> None:
        self._name = self._options.get(b"name", b"").decode(errors="replace")
        if self._name == "file":
            if self._filename is not None:
                raise invalid("$.file", "is sent twice; upload one file a request")
            name = self._options.get(b"filename", b"").decode(errors="replace")
            self._filename = name.replace("\0", "")[:255]
        elif self._name not in self._names or self._name in self._fields:
            raise invalid(f"$.{self._name[:60]}", "is no part of an upload, or sent twice")
        else:
            self._fields[self._name] = b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._name in self._fields:
            self._fields[self._name] += data[start:end]
            if len(self._fields[self._name]) > PROFILE_BYTES:
                message = f"a {self._name} is over {PROFILE_BYTES} bytes"
                raise Problem(413, "content_too_large", message)
        elif self._arriving.size_bytes + end - start > self._max_bytes:
            raise _too_large(self._max_bytes)
        else:
            self._arriving.write(data[start:end])

    def _end(self) -> None:
        self._ended = True

    def result(self) -> Upload:
        if not self._ended:
            raise invalid("$", "the multipart body ends too early", code="broken_upload")
        if self._filename is None:
            raise invalid("$.file", "is missing")
        try:
            stated = self._fields.get("profile")
            profile = json.loads(stated) if stated else None
        except (ValueError, RecursionError):
            raise invalid("$.profile", "is no JSON") from None
        key = self._fields.get("idempotency_key")
        return Upload(
            filename=self._filename,
            file=self._arriving.flush(),
            profile=profile,
            idempotency_key=None if key is None else key.decode(errors="replace"),
        )


def _too_large(max_bytes: int) -> Problem:
    return Problem(413, "content_too_large", f"the file is over {max_bytes} bytes")
