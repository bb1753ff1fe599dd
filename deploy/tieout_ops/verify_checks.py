"""The invariants that `tieout verify` looks at, each a query that answers its violations.

The numbers are those of docs/decisions/0007-invariants.md, which says what each promises.
"""

from dataclasses import dataclass
from datetime import timedelta

from tieout_runtime.queries import load_queries

_RECORDS = load_queries("tieout_ops", "verify_records.sql")
_MATCHES = load_queries("tieout_ops", "verify_matches.sql")
_JOURNAL = load_queries("tieout_ops", "verify_journal.sql")
_EXCEPTIONS = load_queries("tieout_ops", "verify_exceptions.sql")
SEEN = _RECORDS["seen"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """`query` answers rows (place, wrong).

    `once_quiet`: it speaks of several services, so events under way may break it for a moment;
    the others hold in every snapshot of the database.
    """

    invariant: str
    name: str
    promise: str
    query: str
    arguments: tuple[object, ...] = ()
    once_quiet: bool = False


def checks(*, pending_limit: timedelta) -> tuple[Check, ...]:
    """List every check; `pending_limit` is how long anything asked for may take."""
    return (*_records(), *_matches(), *_journal(pending_limit), *_exceptions())


def _records() -> tuple[Check, ...]:
    return (
        Check(
            invariant="I4",
            name="rows_read",
            promise="rows read = accepted + skipped + rejected",
            query=_RECORDS["rows_read"],
        ),
        Check(
            invariant="I1",
            name="records_stored",
            promise="what a request says it accepted is stored",
            query=_RECORDS["records_stored"],
        ),
        Check(
            invariant="I1",
            name="record_versions",
            promise="a record's versions are there once each, in one stream",
            query=_RECORDS["record_versions"],
        ),
        Check(
            invariant="I1",
            name="routed",
            promise="streams and routes have counted what they sent",
            query=_RECORDS["routed"],
        ),
        Check(
            invariant="I1",
            name="entries_are_records",
            promise="every entry is an accepted record, byte for byte",
            query=_RECORDS["entries_are_records"],
            once_quiet=True,
        ),
        Check(
            invariant="I1",
            name="arrived",
            promise="every record of a routed stream is an entry exactly once",
            query=_RECORDS["arrived"],
            once_quiet=True,
        ),
        Check(
            invariant="I4",
            name="money",
            promise="sum of what records say = sum matched + open + closed, by stream and currency",
            query=_RECORDS["money"],
            once_quiet=True,
        ),
    )


def _matches() -> tuple[Check, ...]:
    return (
        Check(
            invariant="I2",
            name="matched_once",
            promise="no entry is in two active matches",
            query=_MATCHES["matched_once"],
        ),
        Check(
            invariant="I2",
            name="memberships",
            promise="entries and matches name each other",
            query=_MATCHES["memberships"],
        ),
        Check(
            invariant="I4",
            name="parts",
            promise="what matches took of an entry and what is left is its amount",
            query=_MATCHES["parts"],
        ),
        Check(
            invariant="K2",
            name="reserved",
            promise="a suggestion holds its members and nothing else is held",
            query=_MATCHES["reserved"],
        ),
        Check(
            invariant="I3",
            name="sums",
            promise="side A = side B + adjustments in every match, in one currency",
            query=_MATCHES["sums"],
        ),
        Check(
            invariant="K2",
            name="open_entries",
            promise="exactly the entries without a match may be matched",
            query=_MATCHES["open_entries"],
        ),
        Check(
            invariant="K2",
            name="open_keys",
            promise="the index of candidates holds their keys and no other",
            query=_MATCHES["open_keys"],
        ),
        Check(
            invariant="K1",
            name="counters",
            promise="a reconciliation's counters are what is there",
            query=_MATCHES["counters"],
        ),
        Check(
            invariant="I9",
            name="one_effect",
            promise="a command has one effect and one answer",
            query=_MATCHES["one_effect"],
        ),
        Check(
            invariant="I9",
            name="one_version",
            promise="a change of a record is decided alike on both sides, and makes its version",
            query=_MATCHES["one_version"],
        ),
    )


def _journal(pending_limit: timedelta) -> tuple[Check, ...]:
    return (
        Check(
            invariant="I5",
            name="outcome_numbers",
            promise="outcomes are numbered without a gap in the journal",
            query=_JOURNAL["outcome_numbers"],
        ),
        Check(
            invariant="I5",
            name="exception_numbers",
            promise="so are the events of exceptions",
            query=_JOURNAL["exception_numbers"],
        ),
        Check(
            invariant="I5",
            name="dead_letters",
            promise="what could not be taken was put aside once",
            query=_JOURNAL["dead_letters"],
        ),
        Check(
            invariant="I5",
            name="not_ahead",
            promise="exceptions applied nothing that was not decided",
            query=_JOURNAL["not_ahead"],
        ),
        Check(
            invariant="I5",
            name="published",
            promise="every event was published",
            query=_JOURNAL["published"],
            once_quiet=True,
        ),
        Check(
            invariant="I5",
            name="applied",
            promise="exceptions applied every outcome",
            query=_JOURNAL["applied"],
            once_quiet=True,
        ),
        Check(
            invariant="I10",
            name="pending",
            promise="nothing asked for waits past its limit",
            query=_JOURNAL["pending"],
            arguments=(pending_limit,),
        ),
    )


def _exceptions() -> tuple[Check, ...]:
    return (
        Check(
            invariant="I11",
            name="overdue_entries",
            promise="exceptions keeps exactly what is overdue",
            query=_EXCEPTIONS["overdue_entries"],
            once_quiet=True,
        ),
        Check(
            invariant="I11",
            name="bucket_aggregates",
            promise="bucket aggregates = recomputed from entries",
            query=_EXCEPTIONS["bucket_aggregates"],
            once_quiet=True,
        ),
        Check(
            invariant="I11",
            name="live_buckets",
            promise="what is overdue is shown by a bucket",
            query=_EXCEPTIONS["live_buckets"],
            once_quiet=True,
        ),
        Check(
            invariant="I11",
            name="breaks",
            promise="what is overdue or differs has a break, and only that",
            query=_EXCEPTIONS["breaks"],
            once_quiet=True,
        ),
        Check(
            invariant="I11",
            name="suggestions",
            promise="exceptions knows what is reserved by a suggestion",
            query=_EXCEPTIONS["suggestions"],
            once_quiet=True,
        ),
        Check(
            invariant="I6",
            name="audit_chain",
            promise="no audit entry was changed, left out or added",
            query=_EXCEPTIONS["audit_chain"],
        ),
    )
