"""Outcomes: what the matcher decided, one message each, numbered without gaps.

Every outcome carries (reconciliation_id, seq); a consumer applies seq only when it is the next
one, so redelivery, a late relay and a second relay have no effect. One arriving record makes
exactly one outcome: `entry.unmatched` or the `match.accepted` that it completed.
"""

from datetime import datetime
from typing import Literal

from msgspec import Raw, Struct

from tieout_contracts.record import Side

MatchKind = Literal["exact", "manual", "force"]
AdjustmentReason = Literal["tolerance", "write_off", "fee", "fx", "rounding"]


class EntryView(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A record inside one reconciliation; `fields` is the JSON of `record.Fields`."""

    record_id: int
    version: int
    stream_id: int
    side: Side
    overdue_at: datetime
    overdue_seq: int | None = None
    fields: Raw


class Adjustment(Struct, frozen=True, kw_only=True):
    """A signed amount (minor units, decimal digits) that makes a match tie exactly."""

    amount_minor: str
    exponent: int
    currency: str
    reason: AdjustmentReason


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
    """`operation_id` names the command that made it (force match), if one did."""

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    match_id: int
    kind: MatchKind
    rule_id: int | None = None
    rule_version: int | None = None
    operation_id: int | None = None
    members: list[EntryView]
    adjustments: list[Adjustment] = []


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


class EntryOverdue(Struct, frozen=True, kw_only=True, tag_field="type", tag="entry.overdue"):
    """An open entry whose `overdue_at` passed; time enters the log only here (K1)."""

    organization_id: int
    reconciliation_id: int
    seq: int
    at: datetime
    entry: EntryView


Outcome = EntryUnmatched | MatchAccepted | MatchRevoked | EntryOverdue
