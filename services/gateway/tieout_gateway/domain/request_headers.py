"""The headers a caller may steer a request with, read strictly."""

import re
from collections.abc import Sequence

_PRINTABLE_KEY = re.compile(r"[\x20-\x7e]{1,255}", re.ASCII)
_REQUEST_ID = re.compile(r"[\x20-\x7e]{1,128}", re.ASCII)
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')


class IdempotencyKeyError(ValueError):
    """The key is not usable: the request is answered 400 `invalid_idempotency_key`."""


def idempotency_key(own: Sequence[str], standard: Sequence[str]) -> str | None:
    """Read `X-Idempotency-Key` (own), else `Idempotency-Key` (standard: bare or quoted).

    Every value sent has to name the same key of 1 to 255 printable ASCII characters; None when
    none was sent. Raises IdempotencyKeyError.
    """
    keys = {*own, *(_unquoted(value.strip()) for value in standard)}
    if not keys:
        return None
    if len(keys) > 1:
        raise IdempotencyKeyError("the request names two different idempotency keys")
    key = keys.pop()
    if not _PRINTABLE_KEY.fullmatch(key):
        raise IdempotencyKeyError("an idempotency key has 1 to 255 printable ASCII characters")
    return key


def _unquoted(value: str) -> str:
    found = _QUOTED.fullmatch(value)
    return re.sub(r"\\(.)", r"\1", found[1]) if found else value


def request_id(value: str | None) -> str | None:
    """Accept a caller's request id of 1 to 128 printable ASCII characters, else None."""
    return value if value is not None and _REQUEST_ID.fullmatch(value) else None
