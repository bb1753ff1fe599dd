"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

from tieout_client.model import Model


class Rollup(Model):
    lookback_days: int | None = None
    date_field: str | None = None
    group_by_kind: Literal["date", "identifier"] | None = None


class RuleWarning(Model):
    """`no_usable_plan`: tried in runs only; `after_pass_rule`: waits; `sums_alone`: by chance."""

    code: str
    path: str
    """JSON path of the part of the rule."""
    message: str


class Rule(Model):
    id: int
    reconciliation_id: int
    filters: dict[str, Any]
    priority: int
    group_by: list[str]
    cardinality: Literal["one_to_one", "many_to_one", "many_to_many"]
    rollup: Rollup | None
    description: str | None = None
    source: Literal["user", "ai", "default"]
    status: Literal["active", "proposed"]
    confidence: Literal["high", "medium", "low"] | None = None
    """only of rules from `ai`."""
    sample_match_rate: str | None = None
    """only of rules from `ai`."""
    version: int | None = None
    """matches keep the version that made them."""
    many_side: Literal["a", "b"] | None = None
    min_score_to_accept: int | None = None
    search: Literal["subset_sum"] | None = None
    """of many_to_many only."""
    evaluate: Literal["arrival", "pass"] | None = None
    """how it is decided: a rule with a tolerance is one of passes whatever it asked."""
    warnings: list[RuleWarning]
    created_at: dt.datetime


class DraftRule(Model):
    """A rule without its reconciliation: that is stated beside it."""

    priority: int | None = None
    """lower runs first."""
    group_by: list[str] | str | None = None
    """many_to_one: fields of the many side; by date the first is date or value_date."""
    cardinality: Literal["one_to_one", "many_to_one", "many_to_many"] | None = None
    """how many of side A match how many of B."""
    rollup: dict[str, Any] | None = None
    """needed with many_to_one; kept and not used with one_to_one."""
    description: str | None = None
    status: Literal["active", "proposed"] | None = None
    """a proposed rule matches nothing."""
    many_side: Literal["a", "b"] | None = None
    """many_to_one: the side that is gathered."""
    min_score_to_accept: int | None = None
    """a match of a lower score is suggested, not accepted."""
    search: Literal["subset_sum"] | None = None
    """many_to_many: the only one."""
    evaluate: Literal["arrival", "pass"] | None = None
    """pass: tried in passes, where ambiguity is judged, even if it could decide on arrival."""
    filters: dict[str, Any]
    """A tree, at most 8 deep with 64 leaves. A group holds `rules` and joins them by `operand`;
    a leaf compares the field of side A named by `key` with the field of side B named by
    `value`.
    """


class Tally(Model):
    """Pairs of a record of side A and one of side B; a match of 30 records with one has 30."""

    right: int
    """in an accepted match today, whoever made it."""
    wrong: int
    """one of the two is matched otherwise today, or people took the match apart."""
    unjudged: int
    """neither is matched today."""


class Rate(Model):
    """Entries dated in the window; shares are cut to four places."""

    entries: int
    matched_before: int
    matched_after: int
    before: Decimal | None
    after: Decimal | None


class Rates(Model):
    side_a: Rate
    side_b: Rate
    both: Rate


class RuleResult(Model):
    """What one rule made; a rule of the request is named by its index, another by its id."""

    rule_index: int | None = None
    rule_id: int | None = None
    accepted: int
    """matches."""
    suggested: int
    """matches that a person would have to decide."""
    entries: int
    """in accepted matches."""
    accepted_pairs: Tally


class NewPair(Model):
    record_a_id: int
    record_b_id: int
    rule_index: int | None = None
    rule_id: int | None = None
    judgement: Literal["right", "wrong", "unjudged"]


class NewPairs(Model):
    """Accepted pairs that are in no match today."""

    count: int
    pairs: list[NewPair]
    """the first 100."""


class BrokenPair(Model):
    record_a_id: int
    record_b_id: int
    match_id: int
    kind: str
    now: Literal["matched_otherwise", "suggested", "open"]


class BrokenPairs(Model):
    """Pairs of accepted matches that the rules do not accept."""

    count: int
    of_people: int
    """of them, matched by hand or by force."""
    pairs: list[BrokenPair]
    """the first 100."""


class BacktestWarning(Model):
    rule_index: int
    code: str
    path: str
    message: str


class BacktestResult(Model):
    reconciliation_id: int
    date_from: dt.date
    date_to: dt.date
    entries_beside: int
    """entries of other days that are matched with some of the window."""
    precision: Decimal | None
    """right of right and wrong accepted pairs."""
    recall: Decimal | None
    """right of all pairs of accepted matches."""
    truth_pairs: int
    """pairs of accepted matches."""
    accepted_pairs: Tally
    suggested_pairs: Tally
    match_rate: Rates
    by_rule: list[RuleResult]
    new_pairs: NewPairs
    broken_pairs: BrokenPairs
    warnings: list[BacktestWarning]


class LearnedFrom(Model):
    """The latest open records, at most 750 of each side, and matches that people made last."""

    records: int
    open_side_a: int
    open_side_b: int
    matches_of_people: int


class WhyNothing(Model):
    code: Literal["too_little", "nothing_found", "already_filed"]
    message: str


class RuleProposals(Model):
    rules: list[Rule]
    """what was filed, in the order in which it would run."""
    sample: LearnedFrom
    reason: WhyNothing | None = None
    """only when nothing was filed."""
