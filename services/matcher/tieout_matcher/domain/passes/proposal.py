"""What a pass finds: matches to make, and why entries stay open. Values only."""

from dataclasses import dataclass
from typing import Final, Literal

from tieout_matcher.domain.facts import Facts, at_exponent

FoundKind = Literal["exact", "tolerance", "rollup", "set"]
Doubt = Literal["ambiguous", "below_min_score", "pending", "manual_mode"]
RemarkCode = Literal[
    "amount_mismatch",
    "date_mismatch",
    "currency_mismatch",
    "ambiguous",
    "duplicate",
    "rollup_incomplete",
    "group_key_missing",
    "outside_window",
    "window_too_large",
    "block_too_large",
    "too_many_members",
    "budget_exhausted",
]
# Nothing is known of such an entry: it was not tried with all that belongs to it.
TOO_LARGE: Final = "block_too_large"
# Identifiers of records taken apart by a person: (those of side A, those of side B), ascending.
Blocked = frozenset[tuple[tuple[int, ...], tuple[int, ...]]]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A match by the rule at `rule_index`; accepted unless there is a doubt.

    Members are in order (date, record id). `score` is 0 to 100, `candidates` how many
    counterparts (or groups) were looked at, `others` record ids that could have been taken
    instead. `greedy`: the component was too large to be solved exactly.
    """

    rule_index: int
    side_a: tuple[Facts, ...]
    side_b: tuple[Facts, ...]
    kind: FoundKind
    score: int
    candidates: int
    doubt: Doubt | None = None
    others: tuple[int, ...] = ()
    greedy: bool = False

    @property
    def members(self) -> tuple[Facts, ...]:
        """Side A first."""
        return (*self.side_a, *self.side_b)

    @property
    def exponent(self) -> int:
        """The finest of the members: the exponent of the difference."""
        return max(one.exponent for one in self.members)

    @property
    def difference_minor(self) -> int:
        """What side A has beyond side B, in minor units of `exponent`: the adjustment."""
        exponent = self.exponent
        of_a = sum(at_exponent(one, exponent) for one in self.side_a)
        return of_a - sum(at_exponent(one, exponent) for one in self.side_b)

    @property
    def records(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Identifiers of both sides, ascending: how a block names them."""
        first = tuple(sorted(one.record_id for one in self.side_a))
        return (first, tuple(sorted(one.record_id for one in self.side_b)))


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Why an entry stays open, by a rule.

    `other_record_id` is the one it was held against. A mismatch is about the entry of side B;
    `difference` says by how much, as people write it (`0.50 EUR`, `3 days`, `USD and EUR`).
    """

    record_id: int
    code: RemarkCode
    rule_id: int
    other_record_id: int | None = None
    difference: str | None = None


@dataclass(frozen=True, kw_only=True)
class Solved:
    """Entries decided together by one rule: applied whole, or solved again when one is gone."""

    entries: tuple[int, ...]  # record ids
    proposals: tuple[Proposal, ...] = ()
    remarks: tuple[Remark, ...] = ()
