"""Rules: when an entry of side A and one of side B are the same movement."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictInt

from tieout_gateway.shapes.shape import Body, Id, IdIn, Shape, Text, Time, absent

_FILTERS: dict[str, Any] = {
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
# For readers only: the matcher judges filters, and names the JSON path of what is wrong.
_FILTERS_SCHEMA: dict[str, Any] = {
    "description": (
        "A tree. A group holds `rules` and joins them by `operand` (and, or); a leaf compares the "
        "field of side A named by `key` with the field of side B named by `value`."
    ),
    "type": "object",
    "properties": {
        "operand": {"type": "string", "enum": ["and", "or"], "default": "and"},
        "rules": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "key": {"type": "string"},
                    "operand": {"type": "string", "default": "eq"},
                    "value": {"type": "string"},
                    "tolerance_amount": {"type": "number", "exclusiveMinimum": 0},
                    "tolerance_unit": {
                        "type": "string",
                        "enum": ["dollar", "percent", "day", "month"],
                    },
                    "transforms": {"type": "object", "properties": {"key": {}, "value": {}}},
                    "rules": {"type": "array", "items": {"type": "object"}},
                },
            },
        },
    },
}


_Filters = Annotated[Any, Field(json_schema_extra=_FILTERS_SCHEMA)]


class _RuleParts(Body):
    """What a rule holds beside its filters; the matcher judges it."""

    priority: Annotated[StrictInt, Field(ge=-(2**31), lt=2**31)] = Field(
        default=0, description="lower runs first"
    )
    group_by: Any = None
    cardinality: Any = Field(default=None, description="one_to_one when left out")
    rollup: Any = None
    description: Text | None = None
    status: Literal["active", "proposed"] = "active"
    many_side: Any = None
    min_score_to_accept: Any = None
    search: Any = None
    evaluate: Any = None


class NewRule(_RuleParts):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reconciliation_id": 41, "filters": _FILTERS, "priority": 0}]
        }
    )

    reconciliation_id: IdIn
    filters: _Filters


class RuleChange(_RuleParts):
    """What is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "active"}]})

    filters: _Filters = None


class RulesQuery(Body):
    reconciliation_id: IdIn


class Rollup(Shape):
    model_config = ConfigDict(frozen=True, extra="allow")

    lookback_days: int | None = absent()
    date_field: str | None = absent()
    group_by_kind: Literal["date", "identifier"] | None = absent()


class Rule(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 51,
                    "reconciliation_id": 41,
                    "filters": _FILTERS,
                    "priority": 0,
                    "group_by": [],
                    "cardinality": "one_to_one",
                    "rollup": None,
                    "source": "user",
                    "status": "active",
                    "version": 1,
                    "evaluate": "arrival",
                    "many_side": "a",
                    "warnings": [],
                    "created_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    id: Id
    reconciliation_id: Id
    filters: dict[str, Any]
    priority: int
    group_by: list[str]
    cardinality: Literal["one_to_one", "many_to_one", "many_to_many"]
    rollup: Rollup | None
    description: str | None = absent()
    source: Literal["user", "ai", "default"]
    status: Literal["active", "proposed"]
    confidence: Literal["high", "medium", "low"] | None = absent("only of rules from `ai`")
    sample_match_rate: str | None = absent("only of rules from `ai`")
    version: int | None = absent("matches keep the version that made them")
    many_side: Literal["a", "b"] | None = absent()
    min_score_to_accept: int | None = absent()
    search: str | None = absent()
    evaluate: Literal["arrival", "pass"] | None = absent()
    warnings: list[Any]
    created_at: Time


def rule_of(told: Mapping[str, Any]) -> Rule:
    members = {name: told.get(name) for name in Rule.model_fields}
    return Rule.model_validate(
        members | {"group_by": told.get("group_by") or [], "warnings": told.get("warnings") or []}
    )
