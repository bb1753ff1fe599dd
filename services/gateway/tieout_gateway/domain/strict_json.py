"""JSON as a ledger needs it: every accepted text has one meaning, and can be passed on.

Refused, though Python reads it: a member named twice, NaN and Infinity, numbers beyond a double's
range, NUL and lone surrogates (no database or UTF-8 text holds them), nesting past a limit.
"""

import json
import math
import re
from typing import Any, NoReturn

MAX_DEPTH = 64
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class JsonError(ValueError):
    """The text is no acceptable JSON; `path` is where, as far as that is known."""

    def __init__(self, message: str, *, path: str = "$") -> None:
        super().__init__(message)
        self.path = path


class WrittenFloat(float):
    """A number with a fraction or an exponent; `text` is how it was written, exactly."""

    text: str


def decode(text: bytes) -> Any:
    """Read one JSON value; raises JsonError."""
    try:
        value = json.loads(
            text.decode(),
            object_pairs_hook=_members,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except JsonError:
        raise
    except UnicodeDecodeError as error:
        raise JsonError("the body is not UTF-8") from error
    except RecursionError as error:
        raise JsonError(f"nested deeper than {MAX_DEPTH} levels") from error
    except json.JSONDecodeError as error:
        raise JsonError(f"no JSON: {error.msg} at character {error.pos}") from error
    except ValueError as error:  # an integer of thousands of digits
        raise JsonError("a number is too long") from error
    _check(value, path="$", depth=0, strings=bool(_SUSPECT.search(text)))
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise JsonError(f"the member {twice[:60]!r} is stated twice")
    return members


def _no_constant(name: str) -> NoReturn:
    raise JsonError(f"{name} is no JSON number")


def _finite(text: str) -> WrittenFloat:
    number = WrittenFloat(text)
    if math.isinf(number):
        raise JsonError(f"{text[:60]} is outside the range of a JSON number")
    number.text = text
    return number


def _check(value: Any, *, path: str, depth: int, strings: bool) -> None:
    """Walk once: depth always, text only when the raw bytes gave a reason to."""
    if isinstance(value, str):
        if strings and _UNSTORABLE.search(value):
            raise JsonError("the text holds NUL or half a character", path=path)
        return
    if not isinstance(value, dict | list):
        return
    if depth >= MAX_DEPTH:
        raise JsonError(f"nested deeper than {MAX_DEPTH} levels", path=path)
    if isinstance(value, list):
        for index, item in enumerate(value):
            _check(item, path=f"{path}[{index}]", depth=depth + 1, strings=strings)
        return
    for name, item in value.items():
        _check(name, path=path, depth=depth, strings=strings)
        _check(item, path=f"{path}.{name}", depth=depth + 1, strings=strings)
