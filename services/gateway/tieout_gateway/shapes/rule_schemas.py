"""What a rule may say, for readers: the matcher judges it and names the JSON path of what is wrong.

Meaning, types and limits: docs/rules.md.
"""

from typing import Any

Json = dict[str, Any]

EXACT_FILTERS: Json = {
    "operand": "and",
    "rules": [
        {"key": "amount", "operand": "eq", "value": "amount"},
        {
            "key": "metadata.invoice_id",
            "operand": "eq",
            "value": "reference",
            "transforms": {"key": "digits_only", "value": "digits_only"},
        },
    ],
}
NEAR_FILTERS: Json = {
    "operand": "and",
    "rules": [
        {"key": "amount", "value": "amount", "tolerance_amount": 0.05},
        {"key": "date", "value": "value_date", "tolerance_amount": 3, "tolerance_unit": "day"},
        {
            "operand": "or",
            "rules": [
                {"key": "reference", "value": "description", "operand": "contains"},
                {
                    "key": "counterparty",
                    "value": "counterparty",
                    "operand": "similar",
                    "min_similarity": 85,
                },
            ],
        },
    ],
}
ROLLUP: Json = {"group_by_kind": "date", "lookback_days": 3, "date_field": "date"}
EXAMPLES: list[Json] = [
    {"reconciliation_id": 41, "filters": EXACT_FILTERS, "priority": 0},
    {
        "reconciliation_id": 41,
        "filters": NEAR_FILTERS,
        "priority": 10,
        "min_score_to_accept": 80,
        "description": "five cents and three days apart at most",
    },
    {
        "reconciliation_id": 41,
        "filters": {"rules": [{"key": "amount", "value": "amount"}]},
        "priority": 20,
        "cardinality": "many_to_one",
        "group_by": ["date", "counterparty"],
        "rollup": ROLLUP,
        "description": "card sales of up to three days make one payout",
    },
]

_NAMES = ["lowercase", "uppercase", "alphanumeric_only", "digits_only", "first_n_chars"]
_ONE_TRANSFORM: list[Json] = [
    {"type": "string", "enum": _NAMES[:-1]},
    {
        "type": "object",
        "properties": {
            "name": {"type": "string", "enum": _NAMES[:-1]},
            "args": {"anyOf": [{"type": "object", "maxProperties": 0}, {"type": "null"}]},
        },
        "required": ["name"],
        "additionalProperties": False,
    },
    {
        "type": "object",
        "properties": {
            "name": {"type": "string", "enum": _NAMES[-1:]},
            "args": {
                "type": "object",
                "properties": {"n": {"type": "integer", "minimum": 1, "maximum": 10_000}},
                "required": ["n"],
                "additionalProperties": False,
            },
        },
        "required": ["name", "args"],
        "additionalProperties": False,
    },
]
_TRANSFORM: Json = {
    "description": "a name, an object, or a list of these, applied left to right",
    "anyOf": [
        *_ONE_TRANSFORM,
        {"type": "null"},
        {"type": "array", "maxItems": 16, "items": {"anyOf": _ONE_TRANSFORM}},
    ],
}
_FIELD: Json = {
    "type": "string",
    "pattern": "^(amount|currency|date|value_date|direction|description|counterparty|external_id"
    r"|reference|metadata\..+)$",
    "description": "amount, currency, date, value_date, direction, description, counterparty, "
    "external_id, reference or metadata.<path>",
}
_LEAF_MEMBERS: Json = {
    "key": _FIELD | {"description": f"a field of side A: {_FIELD['description']}"},
    "operand": {
        "type": "string",
        "enum": ["eq", "neq", "gt", "gte", "lt", "lte", "contains", "in", "not_in", "similar"],
        "default": "eq",
    },
    "value": _FIELD | {"description": "a field of side B, of the same names"},
    "tolerance_amount": {
        "description": "with eq only; more than 15 digits as a text",
        "anyOf": [
            {"type": "number", "exclusiveMinimum": 0},
            {"type": "string", "pattern": r"^0*([1-9][0-9]*(\.[0-9]+)?|0\.0*[1-9][0-9]*)$"},
        ],
    },
    "tolerance_unit": {
        "type": "string",
        "description": "of amounts dollar (when left out; a major unit of the currency) or "
        "percent of side B; of dates day (when left out) or month (the same one, no amount)",
        "enum": ["dollar", "percent", "day", "month"],
    },
    "min_similarity": {
        "type": "integer",
        "description": "with similar only, and needed there",
        "minimum": 1,
        "maximum": 100,
    },
    "transforms": {
        "type": "object",
        "properties": {"key": _TRANSFORM, "value": _TRANSFORM},
        "additionalProperties": False,
    },
}  # fmt: skip
_LEAF: Json = {
    "type": "object",
    "description": "a leaf",
    "properties": _LEAF_MEMBERS,
    "required": ["key", "value"],
    "additionalProperties": False,
}
_GROUP: Json = {
    "type": "object",
    "description": "a group; what it holds are leaves and groups again",
    "properties": {
        "operand": {"type": "string", "enum": ["and", "or"], "default": "and"},
        "rules": {"type": "array", "minItems": 1, "items": {"type": "object"}},
    },
    "required": ["rules"],
    "additionalProperties": False,
}
FILTERS_SCHEMA: Json = {
    "description": "A tree, at most 8 deep with 64 leaves. A group holds `rules` and joins them by "
    "`operand`; a leaf compares the field of side A named by `key` with the field of side B named "
    "by `value`.",
    "type": "object",
    "properties": {
        "operand": {"type": "string", "enum": ["and", "or"], "default": "and"},
        "rules": {
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [_LEAF, _GROUP]},
        },
    },
    "required": ["rules"],
    "additionalProperties": False,
}
GROUP_BY_SCHEMA: Json = {
    "description": "many_to_one: fields of the many side; by date the first is date or value_date",
    "anyOf": [
        {"type": "array", "maxItems": 16, "items": {"type": "string"}},
        {"type": "string"},
        {"type": "null"},
    ],
}
ROLLUP_SCHEMA: Json = {
    "description": "needed with many_to_one; kept and not used with one_to_one",
    "anyOf": [
        {
            "type": "object",
            "properties": {
                "group_by_kind": {
                    "type": "string",
                    "enum": ["date", "identifier"],
                    "default": "date",
                },
                "lookback_days": {
                    "type": "integer",
                    "description": "with date_field or not at all; up to 366 by date",
                    "minimum": 1,
                    "maximum": 3660,
                },
                "date_field": {"type": "string", "enum": ["date", "value_date"]},
            },
            "additionalProperties": False,
        },
        {"type": "null"},
    ],
}


def one_of(*words: str, about: str) -> Json:
    """Describe a member that holds one of these words, the first when left out."""
    return {"type": "string", "enum": list(words), "default": words[0], "description": about}
