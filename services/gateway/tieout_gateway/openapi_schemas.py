"""Schemas made plainer for readers: no generated titles, no floats for bounds of integers."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_EXACT = 2**53


def tidy(schema: Json, *, keep_title: bool = False) -> None:
    """Tidy a schema and all within it, in place; titles of whole shapes stay."""
    if not keep_title:
        schema.pop("title", None)
    for bound in _BOUNDS:
        value = schema.get(bound)
        if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
            schema[bound] = int(value)
    for part in _parts(schema):
        tidy(part)


def forget_null(schema: Json) -> None:
    """Take null out of the schema of something that is left out instead, in place."""
    if schema.get("default", ...) is None:
        del schema["default"]
    kinds = [one for one in schema.pop("anyOf", []) if one != {"type": "null"}]
    if len(kinds) == 1:
        schema.update(kinds[0])
    elif kinds:
        schema["anyOf"] = kinds


def _parts(schema: Json) -> Iterator[Json]:
    yield from schema.get("properties", {}).values()
    yield from schema.get("anyOf", [])
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), dict):
            yield schema[name]
