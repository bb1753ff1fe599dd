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
        return schema["examples"][0]
    if "default" in schema:
        return schema["default"]
    return _composed(schema, schemas)


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
