"""Examples of answers, composed from the examples of the shapes they consist of."""

from typing import Any

Json = dict[str, Any]
_REF = "#/components/schemas/"
_PLAIN = {"integer": 1, "number": 1, "boolean": False, "string": "…"}


def example_of(schema: Json, schemas: Json) -> Any:
    """Give the schema's own example, else one composed of its parts; `schemas` resolves $ref."""
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].removeprefix(_REF)], schemas)
    if "examples" in schema:
        return with_nulls(schema["examples"][0], schema, schemas)
    if "default" in schema:
        return schema["default"]
    return _composed(schema, schemas)


def with_nulls(example: Any, schema: Json, schemas: Json) -> Any:
    """Give an example back the nulls that FastAPI takes out of all it writes.

    They are known by their schema: a member that is always there, may be null and is missing.
    """
    if "$ref" in schema:
        return with_nulls(example, schemas[schema["$ref"].removeprefix(_REF)], schemas)
    if isinstance(example, list):
        return [with_nulls(one, schema.get("items", {}), schemas) for one in example]
    if not isinstance(example, dict):
        return example
    if "anyOf" in schema:
        schema = next((one for one in schema["anyOf"] if one != {"type": "null"}), {})
        return with_nulls(example, schema, schemas)
    properties = schema.get("properties", {})
    missing = {name for name in schema.get("required", ()) if name not in example}
    shown = {
        name: with_nulls(value, properties.get(name, {}), schemas)
        for name, value in example.items()
    }
    return shown | {name: None for name in properties if name in missing}


def _composed(schema: Json, schemas: Json) -> Any:
    if "anyOf" in schema:
        nullable = {"type": "null"} in schema["anyOf"]
        return None if nullable else example_of(schema["anyOf"][0], schemas)
    if schema["type"] == "array":
        return [example_of(schema["items"], schemas)]
    if schema["type"] == "object":
        properties = schema.get("properties", {})
        return {name: example_of(one, schemas) for name, one in properties.items()}
    return _PLAIN[schema["type"]]
