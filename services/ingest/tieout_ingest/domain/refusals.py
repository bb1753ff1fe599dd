"""What could not be read: a value, a row, a file or a profile, each with a stable code."""

from typing import Any

from msgspec import Struct


class ValueRefused(ValueError):  # noqa: N818 - the value is refused; the row goes on as a rejection
    """One value cannot be read; its row becomes a rejection and reading goes on."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class FileRefused(Exception):  # noqa: N818 - it is the file's state, and the caller's answer
    """The structure of a file is wrong: nothing of it is loaded (pass 1)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Rejection(Struct, frozen=True, kw_only=True):
    """One row that is not loaded; `line` counts from 1, `message` names place and remedy."""

    line: int
    code: str
    message: str


class Notice(Struct, frozen=True, kw_only=True):
    """A warning: the file is read, but somebody should know this about it."""

    line: int
    code: str
    message: str


class Problem(Struct, frozen=True, kw_only=True):
    """One thing wrong in a JSON document; `path` is a JSON path such as `$.columns.date`."""

    path: str
    code: str
    message: str


class JsonRefused(Exception):  # noqa: N818 - named for the answer: 422 with these problems
    """A JSON document (profile, record) is not acceptable; `problems` says where and why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{one.path}: {one.message}" for one in problems))
        self.problems = problems


def shown(value: Any, *, characters: int = 40) -> str:
    """Quote a foreign value for a message, shortened."""
    text = repr(value)
    return text if len(text) <= characters else f"{text[:characters]}…"
