"""One reconciliation as loaded under its lock, and what has changed in it since.

Outcomes and commands change a picture; the store then writes what changed, and the events, in the
same transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from tieout_contracts.exception_events import (
    BreakChanged,
    BreakResolutionRefused,
    ExceptionEvent,
)
from tieout_exceptions.domain.breaks import Break
from tieout_exceptions.domain.buckets import Bucket, Slice
from tieout_exceptions.domain.entries import OverdueEntry
from tieout_exceptions.domain.operations import Operation, Settlement


@dataclass(kw_only=True)
class Picture:
    """Loaded values by id, replaced by newer ones; breaks and entries by record id.

    `next_break_id` and `next_bucket_id` hand out numbers of their sequences.
    """

    organization_id: int
    reconciliation_id: int
    applied_seq: int
    exceptions_seq: int
    entries: dict[int, OverdueEntry] = field(default_factory=dict)
    breaks: dict[int, Break] = field(default_factory=dict)
    slices: dict[int, Slice] = field(default_factory=dict)
    operations: dict[int, Operation] = field(default_factory=dict)
    next_break_id: Callable[[], int] = field(default_factory=lambda: count(1).__next__)
    next_bucket_id: Callable[[], int] = field(default_factory=lambda: count(1).__next__)
    entries_added: dict[int, OverdueEntry] = field(default_factory=dict)
    entries_removed: set[int] = field(default_factory=set)
    breaks_changed: dict[int, Break] = field(default_factory=dict)
    buckets_changed: dict[int, Bucket] = field(default_factory=dict)
    operations_changed: dict[int, Operation] = field(default_factory=dict)
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

    def put_break(self, new: Break, *, at: datetime) -> None:
        """Keep a break, and tell of it when its status changed."""
        old = self.breaks.get(new.record_id)
        self.breaks[new.record_id] = self.breaks_changed[new.record_id] = new
        if old is not None and old.status == new.status and old.match_id == new.match_id:
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
            )
        )

    def put_settlement(self, settled: Settlement, *, at: datetime) -> None:
        """Keep an operation that is decided and its break; tell when it was refused."""
        operation, current = settled.operation, settled.changed_break
        self.operations[operation.id] = self.operations_changed[operation.id] = operation
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
