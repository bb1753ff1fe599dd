"""Outcomes: what the matcher decided, one message each, numbered without gaps.

Every outcome carries (reconciliation_id, seq); a consumer applies seq only when it is the next
one, so redelivery, a late relay and a second relay have no effect. One arriving record makes
exactly one outcome: `entry.unmatched` or the `match.accepted` that it completed.
"""

from datetime import datetime
from typing import Literal

from msgspec import Raw, Struct

from tieout_contracts.record import Side

# exact: no difference; tolerance: a pair with one; rollup: many to one; set: many to many.
MatchKind = Literal["exact", "tolerance", "rollup", "set", "manual", "force"]
AdjustmentReason = Literal["tolerance", "write_off", "fee", "fx", "rounding", "manual"]
Doubt = Literal["ambiguous", "below_min_score", "pending", "manual_mode"]
ReasonCode = Literal[
    "UNMATCHED_OVERDUE",
    "UNMATCHED",
    "AMOUNT_MISMATCH",
    "DATE_MISMATCH",
    "CURRENCY_MISMATCH",
    "DUPLICATE",
    "AMBIGUOUS",
    "ROLLUP_INCOMPLETE",
]


class EntryView(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A record inside one reconciliation; `fields` is the JSON of `record.Fields`.

    `allocated_minor` is the part of its amount that a match takes (unsigned decimal digits), when
    it is not the whole; `left_minor` is what stays open of a partly matched entry.
    """

    record_id: int
    version: int
    stream_id: int
    side: Side
    overdue_at: datetime
    overdue_seq: int | None = None
    allocated_minor: str | None = None
    left_minor: str | None = None
    fields: Raw


class Adjustment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A signed amount (minor units, decimal digits) that makes a match tie exactly.

    `note` is what the person who asked for it said.
    """

    amount_minor: str
    exponent: int
    currency: str
    reason: AdjustmentReason
    note: str | None = None


class EntryUnmatched(
    Struct, frozen=True, kw_only=True, gc=False, tag_field="type", tag="entry.unmatched"
):
    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    entry: EntryView


class MatchAccepted(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="match.accepted"
):
    """`operation_id` names the command that made it (force match), if one did.

    A match that was suggested before has the `match_id` of its suggestion. `run_id` is the run
    that found it, `score` (0 to 100) how close the members are.
    """

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    match_id: int
    kind: MatchKind
    rule_id: int | None = None
    rule_version: int | None = None
    operation_id: int | None = None
    run_id: int | None = None
    score: int | None = None
    members: list[EntryView]
    adjustments: list[Adjustment] = []


class MatchSuggested(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="match.suggested"
):
    """A match that waits for a person; its members are reserved and stay unmatched.

    `doubt` says why it is not accepted, `others` are record ids that could be taken instead.
    """

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    match_id: int
    kind: MatchKind
    rule_id: int | None = None
    rule_version: int | None = None
    run_id: int | None = None
    score: int
    doubt: Doubt
    others: list[int] = []
    members: list[EntryView]
    adjustments: list[Adjustment] = []


class MatchRejected(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="match.rejected"
):
    """A suggestion that is none any more; its members are not reserved."""

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    match_id: int
    reason: str | None = None
    members: list[EntryView]


class MatchRevoked(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="match.revoked"
):
    """The members are open again, with the overdue time they had."""

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    match_id: int
    reason: str | None = None
    operation_id: int | None = None
    members: list[EntryView]


class EntryOverdue(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="entry.overdue"
):
    """An open entry whose `overdue_at` passed; time enters the log only here (K1).

    `reason_code` and `reason` (a sentence a person can act on) say what the passes found of it.
    """

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    reason_code: ReasonCode = "UNMATCHED_OVERDUE"
    reason: str | None = None
    entry: EntryView


class MismatchFound(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="mismatch.found"
):
    """Two open entries of one identity whose amount, date or currency differ; told once.

    `entry` is the expected one (side B), `other` the one of side A. Nothing is matched.
    """

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    rule_id: int
    rule_version: int
    reason_code: ReasonCode
    reason: str
    entry: EntryView
    other: EntryView


class MismatchEnded(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="mismatch.ended"
):
    """Two open entries that were told of are no mismatch any more: a third shares the identity.

    Or the rules are others. A match, a change or a withdrawal of one of them ends it as well and is
    told as that alone. `entry` is the expected one, still open.
    """

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    other_record_id: int
    entry: EntryView


class ReasonFound(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="reason.found"
):
    """A pass found out more of an entry that was said to be overdue before."""

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    reason_code: ReasonCode
    reason: str
    entry: EntryView


class EntryWithdrawn(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="entry.withdrawn"
):
    """The record is no more, or its stream left the reconciliation; the entry is not open."""

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    reason: str | None = None
    entry: EntryView


class EntryClosed(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="entry.closed"
):
    """A person decided that the entry needs no match: it is not open any more."""

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    reason: str | None = None
    note: str | None = None
    entry: EntryView


class EntryReopened(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="entry.reopened"
):
    """An entry that was closed is open again, with the overdue time that it had."""

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    entry: EntryView


class EntryChanged(
    Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="entry.changed"
):
    """A later version of a record took the place of the one before.

    The entry is open, unless `match_id` names the match that still holds it (its money is the
    same) or `ended` says why it needs none. Open without `overdue_seq`, it is overdue no more.
    """

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    match_id: int | None = None
    ended: Literal["closed", "ignored"] | None = None
    entry: EntryView


Outcome = (
    EntryUnmatched
    | MatchAccepted
    | MatchSuggested
    | MatchRejected
    | MatchRevoked
    | EntryOverdue
    | MismatchFound
    | MismatchEnded
    | ReasonFound
    | EntryWithdrawn
    | EntryChanged
    | EntryClosed
    | EntryReopened
)
