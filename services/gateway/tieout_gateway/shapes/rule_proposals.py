"""Rules that the matcher proposes: learned, filed, waiting for a person."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field

from tieout_gateway.shapes.rule_schemas import Json
from tieout_gateway.shapes.rules import RULE_EXAMPLE, Rule, rule_of
from tieout_gateway.shapes.shape import Shape, absent

_PROPOSED: Json = RULE_EXAMPLE | {
    "id": 52,
    "priority": 10,
    "description": "Learned: equal metadata.invoice_id (digits only) and reference (digits only), "
    "equal amount. In the sample it makes 60 matches that people made too and 130 new ones; false "
    "pairs: 0 of 60 that people decided.",
    "source": "ai",
    "status": "proposed",
    "confidence": "high",
    "sample_match_rate": "380/452",
}
_EXAMPLE: Json = {
    "rules": [_PROPOSED],
    "sample": {
        "records": 452,
        "open_side_a": 170,
        "open_side_b": 162,
        "matches_of_people": 60,
    },
}


class LearnedFrom(Shape):
    """The latest open records, at most 750 of each side, and matches that people made last."""

    records: int
    open_side_a: int
    open_side_b: int
    matches_of_people: int


class WhyNothing(Shape):
    code: Literal["too_little", "nothing_found", "already_filed"]
    message: str


class RuleProposals(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    rules: list[Rule] = Field(description="what was filed, in the order in which it would run")
    sample: LearnedFrom
    reason: WhyNothing | None = absent("only when nothing was filed")


def proposals_of(told: Mapping[str, Any]) -> RuleProposals:
    return RuleProposals.model_validate(
        dict(told) | {"rules": [rule_of(one) for one in told["rules"]]}
    )
