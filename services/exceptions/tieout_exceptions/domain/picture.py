"""One reconciliation as loaded under its lock, and what has changed in it since.

Outcomes and commands change a picture; the store then writes what changed, and the events, in the
same transaction.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from tieout_contracts.exception_events import (
    BreakChanged,
    BreakResolutionRefused,
    ExceptionEvent,
)
from tieout_exceptions.domain.breaks import Break
from tieout_exceptions.domain.buckets import Bucket, Slice
from tieout_exceptions.domain.dispatching import Dispatch
from tieout_exceptions.domain.entries import OverdueEntry
from tieout_exceptions.domain.operations import Operation, Settlement
from tieout_exceptions.domain.reasons import Suggestion


@dataclass(kw_only=True)
class Picture:
    """Loaded values by id, replaced by newer ones; entries, suggestions, breaks by record id.

    `mismatched` are the records of breaks by the record they were once found to differ from.
    `next_break_id` and `next_bucket_id` hand out numbers of their sequences.
    """

    organization_id: int
    reconciliation_id: int
    applied_seq: int
    exceptions_seq: int
    entries: dict[int, OverdueEntry] = field(default_factory=dict)
    suggestions: dict[int, Suggestion] = field(default_factory=dict)
    breaks: dict[int, Break] = field(default_factory=dict)
    mismatched: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    slices: dict[int, Slice] = field(default_factory=dict)
    operations: dict[int, Operation] = field(default_factory=dict)
    next_break_id: Callable[[], int] = field(default_factory=lambda: count(1).__next__)
    next_bucket_id: Callable[[], int] = field(default_factory=lambda: count(1).__next__)
    entries_added: dict[int, OverdueEntry] = field(default_factory=dict)
    entries_removed: set[int] = field(default_factory=set)
    suggestions_added: dict[int, Suggestion] = field(default_factory=dict)
    suggestions_removed: set[int] = field(default_factory=set)
    breaks_changed: dict[int, Break] = field(default_factory=dict)
    buckets_changed: dict[int, Bucket] = field(default_factory=dict)
    settlements: dict[int, Settlement] = field(default_factory=dict)
    events: list[ExceptionEvent] = field(default_factory=list)

    def slice_of(self, stream_id: int) -> Slice:
        return self.slices.get(stream_id, Slice())

    def put_entry(self, entry: OverdueEntry) -> None:
        """Keep an overdue entry; an earlier one of the same record gives way."""
        self.take_entry(entry.record_id)
        self.entries[entry.record_id] = self.entries_added[entry.record_id] = entry
        self.entries_removed.discard(entry.record_id)
        self.slices[entry.stream_id] = self.slice_of(entry.stream_id).added(entry.overdue_seq)

    def take_entry(self, record_id: int) -> OverdueEntry | None:
        """Forget an overdue entry; None when it is not kept."""
        entry = self.entries.pop(record_id, None)
        if entry is not None:
            self.entries_added.pop(record_id, None)
            self.entries_removed.add(record_id)
            self.slices[entry.stream_id] = self.slice_of(entry.stream_id).removed(entry.overdue_seq)
        return entry

    def put_suggestion(self, suggestion: Suggestion) -> None:
        record_id = suggestion.record_id
        self.suggestions[record_id] = self.suggestions_added[record_id] = suggestion
        self.suggestions_removed.discard(record_id)

    def take_suggestion(self, record_id: int) -> Suggestion | None:
        """Forget what is suggested for a record; None when nothing is."""
        suggestion = self.suggestions.pop(record_id, None)
        if suggestion is not None:
            self.suggestions_added.pop(record_id, None)
            self.suggestions_removed.add(record_id)
        return suggestion

    def unresolved(self, record_id: int) -> Break | None:
        """Return the record's break unless it is resolved."""
        found = self.breaks.get(record_id)
        return None if found is None or found.status == "RESOLVED" else found

    def hold_break(self, loaded: Break) -> None:
        """Take a break in as it is."""
        self.breaks[loaded.record_id] = loaded
        if loaded.mismatch_with is not None:
            self.mismatched[loaded.mismatch_with].add(loaded.record_id)

    def note_break(self, new: Break) -> None:
        """Keep a break that is the same for everybody who sees it."""
        self.hold_break(new)
        self.breaks_changed[new.record_id] = new

    def put_break(self, new: Break, *, at: datetime, dispatch: Dispatch | None = None) -> None:
        """Keep a break that changed, as its next version, and tell of what people see of it.

        A dispatch is told whatever else has changed: telling is what it is for.
        """
        old = self.breaks.get(new.record_id)
        if new == old:
            return
        if old is not None and old.version == new.version:
            new = replace(new, updated_at=at, version=old.version + 1)
        self.note_break(new)
        if old is not None and dispatch is None and _told(old) == _told(new):
            return
        self.exceptions_seq += 1
        self.events.append(
            BreakChanged(
                organization_id=self.organization_id,
                reconciliation_id=self.reconciliation_id,
                seq=self.exceptions_seq,
                at=at,
                break_id=new.id,
                record_id=new.record_id,
                old_status=old.status if old else None,
                new_status=new.status,
                reason_code=new.reason_code,
                reason=new.reason,
                resolution_type=new.resolution_type,
                match_id=new.match_id,
                operation_id=new.operation_id,
                suggested_match_id=new.suggested_match_id,
                assigned_to=new.assigned_to,
                external_system=new.external_system,
                external_issue_id=new.external_issue_id,
                dispatched=dispatch is not None,
                queue=dispatch.queue if dispatch else None,
            )
        )

    def put_settlement(self, settled: Settlement, *, at: datetime) -> None:
        """Keep an operation that is decided and its break; tell when it was refused."""
        operation, current = settled.operation, settled.changed_break
        self.operations[operation.id] = operation
        self.settlements[operation.id] = settled
        if current is not self.breaks.get(current.record_id):
            self.put_break(current, at=at)
        if operation.state != "refused":
            return
        self.exceptions_seq += 1
        self.events.append(
            BreakResolutionRefused(
                organization_id=self.organization_id,
                reconciliation_id=self.reconciliation_id,
                seq=self.exceptions_seq,
                at=at,
                break_id=current.id,
                operation_id=operation.id,
                status=current.status,
                code=operation.refusal_code or "",
                message=operation.refusal_message or "",
            )
        )


def _told(one: Break) -> tuple[object, ...]:
    """Return what an event tells of a break."""
    known = (one.reason_code, one.reason, one.match_id, one.suggested_match_id)
    return (one.status, one.assigned_to, one.external_system, one.external_issue_id, *known)
