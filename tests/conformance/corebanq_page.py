"""Seed 002 read: its routes, the bodies and answers it shows, and its enumerations."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROUTE = re.compile(r"^(.*?)(GET|POST|PATCH|DELETE) (/v1/\S+)$")
_ENUMERATION = re.compile(r"- ([A-Z][a-z ]+):\s*([a-z0-9_.,]+)")
_FORM_FIELD = re.compile(r"(\w+)\((required|optional)\)")
Route = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class CorebanqPage:
    """`bodies` and `answers` are the JSON objects that the page shows for a route."""

    routes: Sequence[Route]
    bodies: Mapping[Route, Any]
    answers: Mapping[Route, Any]
    enumerations: Mapping[str, Sequence[str]]
    form_fields: Mapping[str, bool]

    @classmethod
    def read(cls, path: Path) -> "CorebanqPage":
        routes: list[Route] = []
        blocks: dict[Route, list[tuple[bool, str]]] = {}
        is_answer = False
        text = path.read_text("utf-8")
        for line in text.splitlines():
            found = _ROUTE.match(line)
            rest = found[1] if found else line
            if routes and rest:
                blocks[routes[-1]].append((is_answer, rest))
            if found:
                routes.append((found[2], found[3]))
                blocks[routes[-1]] = []
                is_answer = False
            elif line == "Response:":
                is_answer = True
        return cls(
            routes=routes,
            bodies={route: _json(lines, answer=False) for route, lines in blocks.items()},
            answers={route: _json(lines, answer=True) for route, lines in blocks.items()},
            enumerations={name: values.split(",") for name, values in _ENUMERATION.findall(text)},
            form_fields={name: how == "required" for name, how in _FORM_FIELD.findall(text)},
        )


def _json(lines: Sequence[tuple[bool, str]], *, answer: bool) -> Any:
    """Read the object in these lines; None when there is none."""
    text = "\n".join(line for is_answer, line in lines if is_answer == answer)
    start = text.find("{")
    if start < 0:
        return None
    return json.JSONDecoder().raw_decode(text[start:])[0]
