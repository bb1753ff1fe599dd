"""JSON Schema in Python's words."""

import keyword
import re
from collections.abc import Mapping
from typing import Any

from client_generator.document import Json, ref_of

_STRINGS = {"date-time": "dt.datetime", "date": "dt.date"}
_PLAIN = {"integer": "int", "number": "Decimal", "boolean": "bool", "null": "None"}
_CAPITALS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def snake(name: str) -> str:
    """Write a name as Python does; a word of the language itself is followed by `_`."""
    plain = _CAPITALS.sub("_", name).lower().replace("-", "_")
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def model_name(schema_name: str) -> str:
    """Name a model: `CursorPage_Record_` is the RecordCursorPage."""
    generic, _, item = schema_name.removesuffix("_").partition("_")
    if "_" in item:
        raise ValueError(f"{schema_name}: two shapes of one name; give one of them another")
    return item + generic


def annotation(schema: Json, *, given: bool) -> str:
    """Name the type of a value: of one that is `given`, else of one that is read."""
    if "$ref" in schema:
        return model_name(ref_of(schema) or "")
    if "anyOf" in schema:
        return _either(schema["anyOf"], given=given)
    if values := _values(schema):
        return f"Literal[{', '.join(repr(value) for value in values)}]"
    if schema.get("contentMediaType") == "application/json":
        return "Mapping[str, Any]"
    return _typed(schema, given=given)


def _typed(schema: Json, *, given: bool) -> str:
    match schema.get("type"):
        case None:
            return "Any"
        case "string":
            return _STRINGS.get(schema.get("format", ""), "str")
        case "array":
            item = annotation(schema["items"], given=given)
            return f"Sequence[{item}]" if given else f"list[{item}]"
        case "object" if isinstance(schema.get("additionalProperties"), Mapping):
            value = annotation(schema["additionalProperties"], given=given)
            return f"Mapping[str, {value}]" if given else f"dict[str, {value}]"
        case "object":
            return "Mapping[str, Any]" if given else "dict[str, Any]"
        case plain:
            return _PLAIN[plain]


def _either(schemas: list[Any], *, given: bool) -> str:
    """Write a union: values of all its enums together, and None last, as the style asks."""
    values = [value for one in schemas for value in _values(one)]
    together = [{"enum": values}] if values else []
    others = [one for one in schemas if not _values(one)]
    found = dict.fromkeys(annotation(one, given=given) for one in (*together, *others))
    names = sorted(found, key=lambda name: name == "None")
    return "Any" if "Any" in names else " | ".join(names)


def _values(schema: Json) -> list[Any]:
    """Give the only values there are; none of a schema that has others."""
    return [schema["const"]] if "const" in schema else list(schema.get("enum", ()))


def or_omitted(kind: str) -> str:
    """Let a value be left out, None still last."""
    plain = kind.removesuffix(" | None")
    return f"{plain} | Omit{kind[len(plain) :]}"
