"""Rules: when an entry of side A and one of side B are the same movement."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictInt, StringConstraints

from tieout_gateway.shapes.rule_schemas import (
    EXACT_FILTERS,
    EXAMPLES,
    FILTERS_SCHEMA,
    GROUP_BY_SCHEMA,
    ROLLUP_SCHEMA,
    Json,
    one_of,
)
from tieout_gateway.shapes.shape import Body, Id, IdIn, Shape, Time, absent

_Filters = Annotated[Any, Field(json_schema_extra=FILTERS_SCHEMA)]
_CARDINALITY = one_of(
    "one_to_one", "many_to_one", "many_to_many", about="how many of side A match how many of B"
)
_MANY_SIDE = one_of("a", "b", about="many_to_one: the side that is gathered")
_EVALUATE = one_of(
    "arrival",
    "pass",
    about="pass: tried in passes, where ambiguity is judged, even if it could decide on arrival",
)
_SCORE: Json = {
    "type": "integer",
    "minimum": 0,
    "maximum": 100,
    "default": 0,
    "description": "a match of a lower score is suggested, not accepted",
}
_SEARCH: Json = {
    "anyOf": [{"type": "string", "enum": ["subset_sum"]}, {"type": "null"}],
    "description": "many_to_many: the only one",
}
_Description = Annotated[str, StringConstraints(max_length=2000)]


class _RuleParts(Body):
    """What a rule holds beside its filters; the matcher judges it."""

    priority: Annotated[StrictInt, Field(gt=-(2**31), lt=2**31)] = Field(
        default=0, description="lower runs first"
    )
    group_by: Any = Field(default=None, json_schema_extra=GROUP_BY_SCHEMA)
    cardinality: Any = Field(default=None, json_schema_extra=_CARDINALITY)
    rollup: Any = Field(default=None, json_schema_extra=ROLLUP_SCHEMA)
    description: _Description | None = None
    status: Literal["active", "proposed"] = Field(
        default="active", description="a proposed rule matches nothing"
    )
    many_side: Any = Field(default=None, json_schema_extra=_MANY_SIDE)
    min_score_to_accept: Any = Field(default=None, json_schema_extra=_SCORE)
    search: Any = Field(default=None, json_schema_extra=_SEARCH)
    evaluate: Any = Field(default=None, json_schema_extra=_EVALUATE)


class DraftRule(_RuleParts):
    """A rule without its reconciliation: that is stated beside it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"filters": EXACT_FILTERS}]})

    filters: _Filters


class NewRule(_RuleParts):
    model_config = ConfigDict(json_schema_extra={"examples": EXAMPLES})  # type: ignore[dict-item]  # JSON all the way

    reconciliation_id: IdIn
    filters: _Filters


class RuleChange(_RuleParts):
    """What is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "active"}]})

    filters: _Filters = None


class RulesQuery(Body):
    reconciliation_id: IdIn


class Rollup(Shape):
    lookback_days: int | None = absent()
    date_field: str | None = absent()
    group_by_kind: Literal["date", "identifier"] | None = absent()


class RuleWarning(Shape):
    """`no_usable_plan`: tried in runs only; `after_pass_rule`: waits; `sums_alone`: by chance."""

    code: str
    path: str = Field(description="JSON path of the part of the rule")
    message: str


RULE_EXAMPLE: Json = {
    "id": 51,
    "reconciliation_id": 41,
    "filters": EXACT_FILTERS,
    "priority": 0,
    "group_by": [],
    "cardinality": "one_to_one",
    "rollup": None,
    "source": "user",
    "status": "active",
    "version": 1,
    "evaluate": "arrival",
    "many_side": "a",
    "min_score_to_accept": 0,
    "warnings": [],
    "created_at": "2026-01-05T09:00:00Z",
}


class Rule(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [RULE_EXAMPLE]})

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
    search: Literal["subset_sum"] | None = absent("of many_to_many only")
    evaluate: Literal["arrival", "pass"] | None = absent(
        "how it is decided: a rule with a tolerance is one of passes whatever it asked"
    )
    warnings: list[RuleWarning]
    created_at: Time


def rule_of(told: Mapping[str, Any]) -> Rule:
    members = {name: told.get(name) for name in Rule.model_fields}
    return Rule.model_validate(
        members | {"group_by": told.get("group_by") or [], "warnings": told.get("warnings") or []}
    )
