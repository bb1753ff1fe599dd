"""What is kept of cases: intents, evidence, the matches between them, and what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tieout_contracts.exception_events import CaseStatus, ReconciliationStatus
from tieout_contracts.outcomes import Adjustment, Doubt, MatchKind
from tieout_contracts.record import Fields
from tieout_exceptions.domain.cases.book import EvidenceKind


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentIntent:
    """What is expected: the record's fields, with the rest of the intent in its metadata."""

    record_id: int
    version: int
    external_reference: str
    fields: Fields
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    record_id: int
    version: int
    kind: EvidenceKind
    reference: str | None
    fields: Fields
    received_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseMatch:
    """A match that holds the intent `record_id`: `own_minor` of it, unsigned.

    `evidence` maps the records of the other side to how much of them the match takes, None: the
    whole; `intents` counts the members on the intent's side.
    """

    record_id: int
    match_id: int
    status: Literal["suggested", "accepted"]
    kind: MatchKind
    doubt: Doubt | None
    score: int | None
    rule_id: int | None
    rule_version: int | None
    own_minor: int
    intents: int
    evidence: Mapping[int, str | None]
    adjustments: tuple[Adjustment, ...]
    decided_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One per intent (`record_id`); `version` counts what people see changing."""

    id: int
    record_id: int
    external_reference: str
    status: CaseStatus
    reconciliation_status: ReconciliationStatus
    withdrawn: bool
    notes: str | None
    reconciled_at: datetime | None
    last_run_at: datetime
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """A case with all that it is judged by.

    `evidence` is what its matches hold and what names its reference, in the order of record ids;
    `exception_type` is the reason code of its open break.
    """

    case: Case
    intent: PaymentIntent
    evidence: tuple[Evidence, ...]
    matches: tuple[CaseMatch, ...]
    exception_type: str | None = None
