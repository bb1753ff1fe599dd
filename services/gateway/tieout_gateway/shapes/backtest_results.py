"""What rules would have made of a window of the past."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field

from tieout_gateway.shapes.rule_schemas import Json
from tieout_gateway.shapes.shape import Day, Id, Shape, absent

_TALLY: Json = {"right": 96, "wrong": 1, "unjudged": 12}
_RATE: Json = {
    "entries": 120,
    "matched_before": 98,
    "matched_after": 109,
    "before": 0.8166,
    "after": 0.9083,
}
_EXAMPLE: Json = {
    "reconciliation_id": 41,
    "date_from": "2026-01-01",
    "date_to": "2026-01-31",
    "entries_beside": 2,
    "precision": 0.9896,
    "recall": 0.9795,
    "truth_pairs": 98,
    "accepted_pairs": _TALLY,
    "suggested_pairs": {"right": 1, "wrong": 0, "unjudged": 0},
    "match_rate": {
        "side_a": _RATE,
        "side_b": _RATE,
        "both": _RATE | {"entries": 240, "matched_before": 196, "matched_after": 218},
    },
    "by_rule": [
        {"rule_index": 0, "accepted": 109, "suggested": 1, "entries": 218, "accepted_pairs": _TALLY}
    ],
    "new_pairs": {
        "count": 13,
        "pairs": [
            {"record_a_id": 501, "record_b_id": 702, "rule_index": 0, "judgement": "unjudged"}
        ],
    },
    "broken_pairs": {
        "count": 2,
        "of_people": 1,
        "pairs": [
            {
                "record_a_id": 511,
                "record_b_id": 712,
                "match_id": 71,
                "kind": "manual",
                "now": "open",
            }
        ],
    },
    "warnings": [],
}
Judgement = Literal["right", "wrong", "unjudged"]


class Tally(Shape):
    """Pairs of a record of side A and one of side B; a match of 30 records with one has 30."""

    right: int = Field(description="in an accepted match today, whoever made it")
    wrong: int = Field(
        description="one of the two is matched otherwise today, or people took the match apart"
    )
    unjudged: int = Field(description="neither is matched today")


class Rate(Shape):
    """Entries dated in the window; shares are cut to four places."""

    entries: int
    matched_before: int
    matched_after: int
    before: float | None
    after: float | None


class Rates(Shape):
    side_a: Rate
    side_b: Rate
    both: Rate


class RuleResult(Shape):
    """What one rule made; a rule of the request is named by its index, another by its id."""

    rule_index: int | None = absent()
    rule_id: Id | None = absent()
    accepted: int = Field(description="matches")
    suggested: int = Field(description="matches that a person would have to decide")
    entries: int = Field(description="in accepted matches")
    accepted_pairs: Tally


class NewPair(Shape):
    record_a_id: Id
    record_b_id: Id
    rule_index: int | None = absent()
    rule_id: Id | None = absent()
    judgement: Judgement


class NewPairs(Shape):
    """Accepted pairs that are in no match today."""

    count: int
    pairs: list[NewPair] = Field(description="the first 100")


class BrokenPair(Shape):
    record_a_id: Id
    record_b_id: Id
    match_id: Id
    kind: str
    now: Literal["matched_otherwise", "suggested", "open"]


class BrokenPairs(Shape):
    """Pairs of accepted matches that the rules do not accept."""

    count: int
    of_people: int = Field(description="of them, matched by hand or by force")
    pairs: list[BrokenPair] = Field(description="the first 100")


class BacktestWarning(Shape):
    rule_index: int
    code: str
    path: str
    message: str


class BacktestResult(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    reconciliation_id: Id
    date_from: Day
    date_to: Day
    entries_beside: int = Field(
        description="entries of other days that are matched with some of the window"
    )
    precision: float | None = Field(description="right of right and wrong accepted pairs")
    recall: float | None = Field(description="right of all pairs of accepted matches")
    truth_pairs: int = Field(description="pairs of accepted matches")
    accepted_pairs: Tally
    suggested_pairs: Tally
    match_rate: Rates
    by_rule: list[RuleResult]
    new_pairs: NewPairs
    broken_pairs: BrokenPairs
    warnings: list[BacktestWarning]


def backtest_of(told: Mapping[str, Any]) -> BacktestResult:
    return BacktestResult.model_validate(
        dict(told)
        | {
            name: told[name] | {"pairs": [_pair(one) for one in told[name]["pairs"]]}
            for name in ("new_pairs", "broken_pairs")
        }
    )


def _pair(told: Mapping[str, Any]) -> dict[str, Any]:
    members = dict(told)
    return {
        "record_a_id": members.pop("record_a"),
        "record_b_id": members.pop("record_b"),
        **members,
    }
