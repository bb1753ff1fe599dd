"""A seed's own text, read: one page of an API reference as it was copied from a browser.

A page has a title, a curl command, an example answer and sections of fields. A field is a name, a
type on the line below it, perhaps its place and `required`, then prose, options and an example.
"""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

SECTIONS = ("Authorizations", "Headers", "Path Parameters", "Body", "Response")
_TYPE = re.compile(r"(?:enum<)?(string|integer|number|boolean|object|array)>?(?:\[\])?")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_MARKS = frozenset({"header", "path", "body", "required"})


@dataclass(frozen=True, kw_only=True)
class Field:
    name: str
    type: str
    marks: tuple[str, ...]
    prose: tuple[str, ...]

    @property
    def required(self) -> bool:
        return "required" in self.marks

    @property
    def options(self) -> list[str]:
        """The values of an enum, in their order."""
        if "Available options:" not in self.prose:
            return []
        found = []
        for line in self.prose[self.prose.index("Available options:") + 1 :]:
            found.append(line.removesuffix(","))
            if not line.endswith(","):
                break
        return found

    @property
    def max_length(self) -> int | None:
        found = [one for one in self.prose if one.startswith("Maximum string length: ")]
        return int(found[0].rpartition(" ")[2]) if found else None

    @property
    def example(self) -> Any:
        return json.loads(self.prose[self.prose.index("Example:") + 1])


@dataclass(frozen=True, kw_only=True)
class Command:
    """The page's own curl command; `body` is what it sends."""

    method: str
    url: str
    headers: dict[str, str]
    body: str

    @property
    def path(self) -> str:
        return "/" + self.url.split("/", 3)[3]


@dataclass(frozen=True, kw_only=True)
class SeedPage:
    text: str

    @classmethod
    def read(cls, path: Path) -> "SeedPage":
        return cls(text=path.read_text("utf-8"))

    @cached_property
    def command(self) -> Command:
        start = self.text.index("curl ")
        words = shlex.split(self.text[start : self._end_of_command].replace("\\\n", " "))
        given = list(zip(words[1::2], words[2::2], strict=True))
        headers = dict(value.split(": ", 1) for name, value in given if name == "--header")
        named = dict(given)
        return Command(
            method=named["--request"], url=named["--url"], headers=headers, body=named["--data"]
        )

    @cached_property
    def example(self) -> dict[str, Any]:
        """The example answer, which follows the command."""
        after = self.text[self._end_of_command :].lstrip()
        found: dict[str, Any] = json.JSONDecoder().raw_decode(after)[0]
        return found

    @property
    def _end_of_command(self) -> int:
        """The command ends with the quote, alone on its line, that closes its body."""
        return self.text.index("\n'\n") + len("\n'")

    @cached_property
    def fields(self) -> dict[str, dict[str, Field]]:
        """The fields of each section by name."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        places = [lines.index(one) for one in SECTIONS] + [len(lines)]
        return {
            name: {one.name: one for one in _fields(lines[start + 1 : end])}
            for name, start, end in zip(SECTIONS, places, places[1:], strict=False)
        }


def _fields(lines: list[str]) -> Iterator[Field]:
    starts = [
        place
        for place in range(len(lines) - 1)
        if _NAME.fullmatch(lines[place]) and _TYPE.fullmatch(lines[place + 1])
    ]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        found = _TYPE.fullmatch(lines[start + 1])
        rest = lines[start + 2 : end]
        marks = tuple(one for one in rest[:2] if one in _MARKS)
        yield Field(
            name=lines[start],
            type=found[1] if found else "",
            marks=marks,
            prose=tuple(rest[len(marks) :]),
        )
