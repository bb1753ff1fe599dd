"""Why a match was made, why an entry is open."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field

from tieout_gateway.shapes.entries import Reason
from tieout_gateway.shapes.explanation_examples import MATCH_EXAMPLE, OPEN_EXAMPLE
from tieout_gateway.shapes.matches import MatchStatus
from tieout_gateway.shapes.records import RecordFields, money_fields, more_fields
from tieout_gateway.shapes.shape import Id, Shape, Time, absent
from tieout_gateway.shapes.traces import Change, Trace

StreamKeys = Mapping[int, str]
Told = Mapping[str, Any]


class ExplainedRecord(RecordFields):
    id: Id
    data_stream_key: str
    side: Literal["A", "B"]
    allocated: int | None = absent("in minor units, of a record that is not taken whole")


class RuleVersion(Shape):
    """The rule as it was when it made the match."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: Id
    version: int
    priority: int
    source: Literal["user", "ai", "default"]
    filters: dict[str, Any]
    created_at: Time
    retired_at: Time | None = absent("when another version took its place, or none")


class WeighedCondition(Shape):
    path: str
    weight: int
    closeness: str


class Score(Shape):
    """The mean closeness of the conditions by weight, 0 to 100, floored."""

    stored: int | None = Field(
        description="as the match was made; null of one made on arrival, which has no difference"
    )
    computed: int | None = Field(
        description="from what the records say now; null where the rule does not hold any more"
    )
    weighed: list[WeighedCondition]
    message: str


class MatchExplanation(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [MATCH_EXAMPLE]})

    id: Id
    reconciliation_id: Id
    status: MatchStatus
    kind: str
    rule: RuleVersion | None = absent("left out when a person made it")
    run_id: Id | None = absent("of the run that found it")
    operation_id: Id | None = absent("of the command that made it")
    trace: Trace | None = absent("only of a match that a rule made")
    score: Score | None = absent("only of a match that a rule made")
    candidates: int | None = absent("how many counterparts were looked at")
    other_record_ids: list[Id] = Field(description="what could have been taken instead")
    greedy: bool = Field(
        description="too many records hung together for the best assignment: the least cost first"
    )
    doubt: Literal["ambiguous", "below_min_score", "pending", "manual_mode"] | None = absent(
        "why it is or was only suggested"
    )
    records: list[ExplainedRecord]
    adjustments: list[dict[str, Any]]
    created_at: Time
    decided_at: Time | None = absent("when a suggestion was accepted or rejected")
    revoked_at: Time | None = absent()
    reason: str | None = absent("why it was rejected or revoked")


class RuleLooked(Shape):
    """What an active rule had to choose from; in the order in which rules run."""

    rule_id: Id
    version: int
    priority: int
    cardinality: Literal["one_to_one", "many_to_one", "many_to_many"]
    evaluate: Literal["arrival", "pass"]
    candidates: int | None = Field(
        description="open counterparts looked at that fulfil all equalities of one alternative; "
        "null for rules of groups"
    )
    lacks: list[str] = Field(description="JSON paths of conditions that it has no value for")


class NearMiss(Shape):
    """A counterpart that nearly matched, by the rule and alternative that are nearest."""

    rule_id: Id
    rule_version: int
    record: ExplainedRecord
    state: Literal["open", "suggested", "matched"] = Field(description="of that record")
    reconciliation_match_id: Id | None = absent("the match or suggestion that has it")
    failing: int = Field(description="conditions that fail; 0: something else holds it back")
    alternative: int = Field(description="the nearest of the trace's alternatives, from 0")
    message: str
    changes: list[Change] = Field(description="the least that would have made it match")
    trace: Trace


class GroupSide(Shape):
    records: int
    record_ids: list[Id] = Field(description="the first 100")
    sum: str = Field(description="a plain decimal, as the sign mode counts it")


class GroupTried(Shape):
    side_a: GroupSide
    side_b: GroupSide
    currency: str
    difference: str = Field(description="what side A has beyond side B")
    days: list[str] = Field(description="first and last day of the many side")
    holds: bool
    message: str
    trace: Trace | None = absent()


class GroupsLooked(Shape):
    """The groups nearest to one that a rule of rollups or sets would have matched."""

    rule_id: Id
    rule_version: int
    code: Literal["found", "none_found", "group_key_missing"]
    message: str
    groups: list[GroupTried]


class Searched(Shape):
    candidates: int = Field(description="counterparts that were looked at")
    all_open: bool = Field(
        description="false: what is open is still being indexed; ask again in some seconds"
    )


class EntryExplanation(Shape):
    """A matched or reserved entry has `match`; an open one what was looked at."""

    model_config = ConfigDict(json_schema_extra={"examples": [OPEN_EXAMPLE]})

    record_id: Id
    reconciliation_id: Id
    side: Literal["A", "B"]
    status: str = Field(description="unmatched, partial, matched, closed, ignored or withdrawn")
    reason: Reason | None = absent("why it is open, as it stands on the entry")
    match: MatchExplanation | None = absent()
    rules: list[RuleLooked] | None = absent()
    near_misses: list[NearMiss] | None = absent("at most five, the nearest first")
    groups: list[GroupsLooked] | None = absent("an item for each rule of rollups or sets")
    searched: Searched | None = absent()


def match_explanation_of(told: Told, keys: StreamKeys) -> MatchExplanation:
    return MatchExplanation.model_validate(
        {name: told.get(name) for name in MatchExplanation.model_fields}
        | {
            "other_record_ids": told["others"],
            "records": [_record(one, keys) for one in told["members"]],
        }
    )


def entry_explanation_of(told: Told, keys: StreamKeys) -> EntryExplanation:
    entry, match, near = told["entry"], told.get("match"), told.get("near_misses")
    return EntryExplanation.model_validate(
        {name: told.get(name) for name in EntryExplanation.model_fields}
        | {name: entry.get(name) for name in ("record_id", "reconciliation_id", "side", "status")}
        | {
            "reason": entry.get("reason"),
            "match": None if match is None else match_explanation_of(match, keys),
            "near_misses": None if near is None else [_near_miss(one, keys) for one in near],
        }
    )


def _near_miss(told: Told, keys: StreamKeys) -> dict[str, Any]:
    named = {name: told[name] for name in NearMiss.model_fields if name in told}
    record = _record(told["counterpart"], keys)
    return named | {"record": record, "reconciliation_match_id": told["match_id"]}


def _record(told: Told, keys: StreamKeys) -> dict[str, Any]:
    allocated = told.get("allocated_minor")
    return {
        "id": told["record_id"],
        **money_fields(told["fields"]),
        **more_fields(told["fields"]),
        "data_stream_key": keys[told["stream_id"]],
        "side": told["side"],
        "allocated": None if allocated is None else int(allocated),
    }
