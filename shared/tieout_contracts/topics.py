"""The topics: one table of name, key, messages, producers and consumers."""

from collections.abc import Mapping
from dataclasses import dataclass

from tieout_contracts.audit_events import AuditNoted
from tieout_contracts.config_events import ReconciliationConfig, StreamConfig
from tieout_contracts.exception_events import (
    BreakChanged,
    BreakResolutionRefused,
    BucketChanged,
    CaseChanged,
)
from tieout_contracts.outcomes import (
    EntryChanged,
    EntryClosed,
    EntryOverdue,
    EntryReopened,
    EntryUnmatched,
    EntryWithdrawn,
    MatchAccepted,
    MatchRejected,
    MatchRevoked,
    MatchSuggested,
    MismatchEnded,
    MismatchFound,
    ReasonFound,
)
from tieout_contracts.record import ImportCompleted, RecordAccepted, RecordWithdrawn
from tieout_contracts.transactions import TransactionsMessage


@dataclass(frozen=True, kw_only=True)
class Topic:
    """`suffix` follows the configured prefix (`tieout.`); `messages` maps ce_type to its model.

    `max_message_bytes` None means the broker's own limit.
    """

    suffix: str
    key: str
    messages: Mapping[str, type]
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    compacted: bool = False
    max_message_bytes: int | None = None
    purpose: str


TRANSACTIONS = Topic(
    suffix="transactions.v1",
    key="any",
    messages={"transactions": TransactionsMessage},
    producers=("upstream systems",),
    consumers=("ingest",),
    purpose="transactions that upstream systems report, to be recorded in a stream",
)
RECORDS = Topic(
    suffix="records.v1",
    key="reconciliation_id",
    messages={
        "record.accepted": RecordAccepted,
        "record.withdrawn": RecordWithdrawn,
        "import.completed": ImportCompleted,
    },
    producers=("ingest",),
    consumers=("matcher",),
    purpose="versions of records, once for each reconciliation their stream belongs to",
)
MATCHES = Topic(
    suffix="matches.v1",
    key="reconciliation_id",
    messages={
        "entry.unmatched": EntryUnmatched,
        "match.suggested": MatchSuggested,
        "match.accepted": MatchAccepted,
        "match.rejected": MatchRejected,
        "match.revoked": MatchRevoked,
        "entry.overdue": EntryOverdue,
        "entry.changed": EntryChanged,
        "entry.withdrawn": EntryWithdrawn,
        "entry.closed": EntryClosed,
        "entry.reopened": EntryReopened,
        "mismatch.found": MismatchFound,
        "mismatch.ended": MismatchEnded,
        "reason.found": ReasonFound,
    },
    producers=("matcher",),
    consumers=("exceptions", "gateway", "downstream systems"),
    purpose="every outcome of the matcher, numbered per reconciliation without gaps",
)
EXCEPTIONS = Topic(
    suffix="exceptions.v1",
    key="reconciliation_id",
    messages={
        "bucket.changed": BucketChanged,
        "break.changed": BreakChanged,
        "break.resolution_refused": BreakResolutionRefused,
        "case.changed": CaseChanged,
    },
    producers=("exceptions",),
    consumers=("gateway", "downstream systems"),
    purpose="buckets, breaks and cases changing state, numbered per reconciliation without gaps",
)
CONFIG = Topic(
    suffix="config.v1",
    key="kind:id",
    messages={"stream": StreamConfig, "reconciliation": ReconciliationConfig},
    producers=("ingest", "matcher"),
    consumers=("ingest", "exceptions"),
    compacted=True,
    purpose="the current state of streams and reconciliations, with a version",
)
AUDIT = Topic(
    suffix="audit.v1",
    key="organization_id",
    messages={"audit.noted": AuditNoted},
    producers=("ingest", "matcher", "exceptions", "gateway"),
    consumers=("exceptions",),
    purpose="every change that a caller made: who, when, what it was before and after",
)
DEAD_LETTERS = Topic(
    suffix="dead-letters.v1",
    key="source topic:partition",
    messages={},
    producers=("ingest", "matcher", "exceptions", "gateway"),
    consumers=("operators",),
    # The largest message of another topic (1 MiB) and the headers that say what is wrong with it.
    max_message_bytes=2 * 1024 * 1024,
    purpose="what a consumer could not take, byte for byte, with the reason in the headers",
)
TOPICS = (TRANSACTIONS, RECORDS, MATCHES, EXCEPTIONS, CONFIG, AUDIT, DEAD_LETTERS)
