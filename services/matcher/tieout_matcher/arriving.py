"""Record messages read as the entries of one locked reconciliation."""

from dataclasses import dataclass, field

import msgspec

from tieout_contracts.record import Fields, RecordAccepted, RecordVersion
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.forced import MAX_FIELDS_BYTES
from tieout_matcher.domain.overdue import NEVER, Deadlines
from tieout_matcher.domain.plan import FieldsError, RuleSet
from tieout_matcher.settle import Arrivals, unkeyed
from tieout_matcher.store.reconciliation_lock import Locked

# Checked whole at the door: any later rule must be able to read a stored entry.
_check = msgspec.json.Decoder(Fields).decode


class UnreadableError(ValueError):
    """The record cannot be an entry here; it is refused with this reason."""


@dataclass(kw_only=True)
class Arriving:
    """The new entries of one reconciliation in this delivery, in log order."""

    locked: Locked
    rules: RuleSet
    deadlines: Deadlines
    entries: list[Entry] = field(default_factory=list)

    def add(self, message: RecordAccepted) -> str | None:
        """Make the record's entry; answers why it cannot be one."""
        try:
            entry = self.read(message, entry_no=self.locked.seq + len(self.entries) + 1)
        except UnreadableError as error:
            return str(error)
        self.entries.append(entry)
        return None

    def require_readable(self, message: RecordVersion) -> None:
        """Check what will arrive later; raises UnreadableError."""
        if isinstance(message, RecordAccepted):
            self.read(message, entry_no=0)

    def read(self, message: RecordAccepted, *, entry_no: int) -> Entry:
        """Read what a record says; raises UnreadableError."""
        fields = bytes(message.fields)
        if message.arrived_at.tzinfo is None:
            raise UnreadableError("arrived_at has no offset from UTC")
        if len(fields) > MAX_FIELDS_BYTES // 2:
            raise UnreadableError(
                f"fields of {len(fields)} bytes: two such records would not fit one event"
            )
        try:
            pending = _check(fields).status == "pending"
            texts = self.rules.texts(fields, message.side)
        except (FieldsError, msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise UnreadableError(f"fields are not readable: {error}") from error
        return Entry(
            record_id=message.record_id,
            entry_no=entry_no,
            version=message.version,
            stream_id=message.stream_id,
            side=message.side,
            # What is announced is not late; its time begins when it is booked.
            overdue_at=NEVER
            if pending
            else self.deadlines.of(
                message.due_date, message.arrived_at, message.arrival_grace_seconds
            ),
            texts=texts,
            hashes=self.rules.hashes(texts),
            fields=fields,
        )

    def arrivals(self) -> Arrivals:
        if self.locked.rekey_after is None:
            return Arrivals(locked=self.locked, rules=self.rules, entries=self.entries, new=True)
        waiting = [unkeyed(one) for one in self.entries]
        return Arrivals(
            locked=self.locked, rules=self.rules, entries=[], deferred=waiting, new=True
        )
