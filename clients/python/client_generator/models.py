"""Modules of models: one class a schema, its members as they are read or given."""

from collections.abc import Mapping

from pydantic.alias_generators import to_camel

from client_generator.annotations import annotation, model_name, snake
from client_generator.document import Document, Json, refs_in
from client_generator.prose import HEADER, docstring

_IMPORTS = """\
import datetime as dt
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from tieout_client.model import CamelModel, Model
"""


def models_module(names: list[str], document: Document, home: Mapping[str, str]) -> str:
    """Write a module; `home` says in which module each schema's model is."""
    mine = set(names)
    used = {one for name in names for one in refs_in(document.schemas[name])} - mine
    return "\n".join(
        [
            HEADER + _IMPORTS,
            *(imported(name, home) for name in sorted(used)),
            *(_class(name, document.schemas[name]) for name in names),
        ]
    )


def imported(name: str, home: Mapping[str, str]) -> str:
    return f"from tieout_client.models.{home[name]} import {model_name(name)}"


def models_index(names: list[str], home: Mapping[str, str]) -> str:
    """Write a module that shows models of other modules under their own names."""
    shown = (f"{imported(name, home)} as {model_name(name)}" for name in sorted(names))
    return HEADER + "\n".join(shown) + "\n"


def _class(name: str, schema: Json) -> str:
    if schema.get("type") != "object":
        raise ValueError(f"{name}: only objects become models")
    members: Mapping[str, Json] = schema.get("properties", {})
    is_camel = any(snake(one) != one and to_camel(snake(one)) == one for one in members)
    base = "CamelModel" if is_camel else "Model"
    said = docstring(schema.get("description", ""), depth=4)
    required = set(schema.get("required", ()))
    fields = [
        _field(one, told, required=one in required, is_camel=is_camel)
        for one, told in members.items()
    ]
    body = (said + "\n" if said else "") + "".join(fields)
    return f"\n\nclass {model_name(name)}({base}):\n{body or '    pass'}"


def _field(name: str, schema: Json, *, required: bool, is_camel: bool) -> str:
    written = snake(name)
    kind = annotation(schema, given=False)
    if not required and not kind.endswith(("None", "Any")):
        kind += " | None"
    aliased = (to_camel(written) if is_camel else written) != name
    default = "" if required else " = None"
    if aliased:
        default = f' = Field({"" if required else "default=None, "}validation_alias="{name}", '
        default += f'serialization_alias="{name}")'
    said = docstring(schema.get("description", ""), depth=4)
    return f"    {written}: {kind}{default}\n{said}"
