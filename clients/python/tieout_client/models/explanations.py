"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Any, Literal

from pydantic import Field

from tieout_client.model import Model
from tieout_client.models.entries import Reason


class RuleVersion(Model):
    """The rule as it was when it made the match."""

    id: int
    version: int
    priority: int
    source: Literal["user", "ai", "default"]
    filters: dict[str, Any]
    created_at: dt.datetime
    retired_at: dt.datetime | None = None
    """when another version took its place, or none."""


class Distance(Model):
    amount: str
    """a plain decimal."""
    unit: str | None
    """a currency, `days`, or the unit of a tolerance; null for plain numbers."""


class ComparedValue(Model):
    """What one side says; null where it says nothing."""

    record_id: int | None
    """null where a sum is compared."""
    records: int
    """how many records it stands for."""
    before: str | None
    """as the record says it; an amount with its own sign."""
    after: str | None
    """as it is compared: after the transforms, an amount as the sign mode counts it."""


class Condition(Model):
    """A condition of the rule at `path`, or one that every rule implies. Between larger groups
    the two records are shown that it fits least.
    """

    path: str | None = None
    """JSON path within the rule."""
    implied: Literal["one_currency", "equal_amounts"] | None = None
    key: str | None = None
    """the field of side A."""
    operand: str | None = None
    value: str | None = None
    """the field of side B."""
    tolerance: Distance | None = None
    min_similarity: int | None = None
    transforms: dict[str, Any] | None = None
    result: Literal["pass", "fail", "missing"]
    side_a: ComparedValue
    side_b: ComparedValue
    difference: Distance | None = None
    similarity: int | None = None
    """in percent, of an operand `similar`."""
    weight: int | None = None
    """in the score."""
    closeness: str | None = None
    """1 without a difference, down to 0."""
    pairs: int | None = None
    """pairs of records that it was judged between, where several."""
    failing: int | None = None
    """of these pairs."""


class Alternative(Model):
    """One way in which the rule can hold: all conditions at these paths, and those implied."""

    paths: list[str]
    implied: list[Literal["one_currency", "equal_amounts"]]
    holds: bool
    score: int | None
    """0 to 100, where it holds."""


class Trace(Model):
    conditions: list[Condition]
    """in the rule's own order, then those implied."""
    alternatives: list[Alternative]
    held: int | None
    """which alternative counts, from 0; null: none holds."""


class WeighedCondition(Model):
    path: str
    weight: int
    closeness: str


class Score(Model):
    """The mean closeness of the conditions by weight, 0 to 100, floored."""

    stored: int | None
    """as the match was made; null of one made on arrival, which has no difference."""
    computed: int | None
    """from what the records say now; null where the rule does not hold any more."""
    weighed: list[WeighedCondition]
    message: str


class ExplainedRecord(Model):
    amount: int
    currency: str
    decimal_places: int
    direction: Literal["credit", "debit"]
    description: str | None = None
    date: dt.date
    external_id: str | None = None
    metadata: dict[str, Any]
    value_date: dt.date | None = None
    counterparty: str | None = None
    reference: str | None = None
    record_status: Literal["posted", "pending", "informational"] | None = None
    """shown when not posted; matches of a pending record are only suggested until it is booked."""
    reversal: bool | None = None
    """shown when the source says it takes back another."""
    id: int
    data_stream_key: str
    side: Literal["A", "B"]
    allocated: int | None = None
    """in minor units, of a record that is not taken whole."""


class MatchExplanation(Model):
    id: int
    reconciliation_id: int
    status: Literal["suggested", "accepted", "rejected", "revoked"]
    kind: str
    rule: RuleVersion | None = None
    """left out when a person made it."""
    run_id: int | None = None
    """of the run that found it."""
    operation_id: int | None = None
    """of the command that made it."""
    trace: Trace | None = None
    """only of a match that a rule made."""
    score: Score | None = None
    """only of a match that a rule made."""
    candidates: int | None = None
    """how many counterparts were looked at."""
    other_record_ids: list[int]
    """what could have been taken instead."""
    greedy: bool
    """too many records hung together for the best assignment: the least cost first."""
    doubt: Literal["ambiguous", "below_min_score", "pending", "manual_mode"] | None = None
    """why it is or was only suggested."""
    records: list[ExplainedRecord]
    adjustments: list[dict[str, Any]]
    created_at: dt.datetime
    decided_at: dt.datetime | None = None
    """when a suggestion was accepted or rejected."""
    revoked_at: dt.datetime | None = None
    reason: str | None = None
    """why it was rejected or revoked."""


class RuleLooked(Model):
    """What an active rule had to choose from; in the order in which rules run."""

    rule_id: int
    version: int
    priority: int
    cardinality: Literal["one_to_one", "many_to_one", "many_to_many"]
    evaluate: Literal["arrival", "pass"]
    candidates: int | None
    """open counterparts looked at that fulfil all equalities of one alternative; null for rules
    of groups.
    """
    lacks: list[str]
    """JSON paths of conditions that it has no value for."""


class Change(Model):
    """What would have to be otherwise. Changes that are named together are needed together.
    `tolerance`, `min_similarity`, `transforms`: in the condition at `path`, `to` takes the
    place of `from`. `condition_added`: the condition `to` is needed beside what is at `path`.
    `condition_removed`: what is at `path` goes. `value`: `field` of the record is to say `to`.
    The others name what holds the counterpart back.
    """

    kind: Literal[
        "tolerance",
        "min_similarity",
        "transforms",
        "condition_added",
        "condition_removed",
        "value",
        "suggestion_rejected",
        "match_revoked",
        "block_cleared",
        "pass",
    ]
    message: str
    path: str | None = None
    record_id: int | None = None
    field: str | None = None
    from_: Any = Field(default=None, validation_alias="from", serialization_alias="from")
    to: Any = None
    unit: str | None = None
    """of a tolerance."""
    from_unit: str | None = None
    """of the tolerance as it is, where it has another."""
    match_id: int | None = None


class NearMiss(Model):
    """A counterpart that nearly matched, by the rule and alternative that are nearest."""

    rule_id: int
    rule_version: int
    record: ExplainedRecord
    state: Literal["open", "suggested", "matched"]
    """of that record."""
    reconciliation_match_id: int | None = None
    """the match or suggestion that has it."""
    failing: int
    """conditions that fail; 0: something else holds it back."""
    alternative: int
    """the nearest of the trace's alternatives, from 0."""
    message: str
    changes: list[Change]
    """the least that would have made it match."""
    trace: Trace


class GroupSide(Model):
    records: int
    record_ids: list[int]
    """the first 100."""
    sum: str
    """a plain decimal, as the sign mode counts it."""


class GroupTried(Model):
    side_a: GroupSide
    side_b: GroupSide
    currency: str
    difference: str
    """what side A has beyond side B."""
    days: list[str]
    """first and last day of the many side."""
    holds: bool
    message: str
    trace: Trace | None = None


class GroupsLooked(Model):
    """The groups nearest to one that a rule of rollups or sets would have matched."""

    rule_id: int
    rule_version: int
    code: Literal["found", "none_found", "group_key_missing"]
    message: str
    groups: list[GroupTried]


class Searched(Model):
    candidates: int
    """counterparts that were looked at."""
    all_open: bool
    """false: what is open is still being indexed; ask again in some seconds."""


class EntryExplanation(Model):
    """A matched or reserved entry has `match`; an open one what was looked at."""

    record_id: int
    reconciliation_id: int
    side: Literal["A", "B"]
    status: str
    """unmatched, partial, matched, closed, ignored or withdrawn."""
    reason: Reason | None = None
    """why it is open, as it stands on the entry."""
    match: MatchExplanation | None = None
    rules: list[RuleLooked] | None = None
    near_misses: list[NearMiss] | None = None
    """at most five, the nearest first."""
    groups: list[GroupsLooked] | None = None
    """an item for each rule of rollups or sets."""
    searched: Searched | None = None
