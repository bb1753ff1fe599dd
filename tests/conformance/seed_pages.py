"""The seeds: pages of other systems' public documentation, read for what they promise.

A page holds the system's own curl command, an answer, and lists of fields with type, required mark,
default and the values it may have.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

_NAME = re.compile(r"[a-z_]+")
_TYPE = re.compile(
    r"(string|integer|number|boolean|any|object|enum<string>)(<date-time>)?(\[\])?( \| null)?"
)


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field as a page describes it; `type` is the page's own word."""

    name: str
    type: str
    required: bool
    default: str | None
    options: Sequence[str]

    @property
    def may_be_null(self) -> bool:
        return self.type.endswith("| null")


@dataclass(frozen=True, kw_only=True)
class Page:
    """`curl` is the command as it is written; `answer` the example below it."""

    curl: str
    answer: Mapping[str, Any]
    body: Mapping[str, Field]
    response: Mapping[str, Field]


def read_page(path: Path) -> Page:
    """Read a page of this kind; raises ValueError when it is another."""
    text = path.read_text("utf-8")
    begin = text.index("curl --request")
    end = text.index("\n'\n", begin) + len("\n'\n")
    answer, _ = json.JSONDecoder().raw_decode(text, text.index("{", end))
    lines = text.splitlines()
    body, response = lines.index("Body"), lines.index("Response")
    return Page(
        curl=text[begin:end],
        answer=answer,
        body={one.name: one for one in _fields(lines[body:response])},
        response={one.name: one for one in _fields(lines[response:])},
    )


def _fields(lines: Sequence[str]) -> Iterator[Field]:
    """Find the fields: a name, and its type in the line below."""
    starts = [
        place
        for place, (name, kind) in enumerate(pairwise(lines))
        if _NAME.fullmatch(name) and _TYPE.fullmatch(kind)
    ]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        told = lines[start:end]
        defaults = [one.removeprefix("default:") for one in told if one.startswith("default:")]
        yield Field(
            name=told[0],
            type=told[1],
            required="required" in told,
            default=defaults[0] if defaults else None,
            options=_options(told),
        )


def _options(told: Sequence[str]) -> list[str]:
    if "Available options:" not in told:
        return []
    listed = told[told.index("Available options:") + 1 :]
    end = listed.index("") if "" in listed else len(listed)
    return [one.strip().removesuffix(",") for one in listed[:end]]
