"""What one locked reconciliation is told in one go, first versions and later ones together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from tieout_contracts.outcomes import Outcome
from tieout_contracts.record import RecordVersion, RecordWithdrawn
from tieout_matcher.arriving import Arriving
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.later_versions import (
    DELETED,
    Later,
    Standing,
    Step,
    must_part,
    overdue_by_then,
    revise,
)
from tieout_matcher.domain.outcome import Place, withdrawn
from tieout_matcher.domain.stream_changes import LEFT
from tieout_matcher.settle import Arrivals, by_turn, partly, unkeyed
from tieout_matcher.store.reconciliation_lock import Locked, Moved, message_of


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of records before a turn: entries by (reconciliation, record), and others.

    `suggested` are the records of each suggestion that one of them is in.
    """

    entries: Mapping[tuple[int, int], Standing]
    suggested: Mapping[int, Sequence[int]]
    awaited: Mapping[tuple[int, int], RecordVersion]


@dataclass(kw_only=True)
class Turn:
    """What one locked reconciliation is told in one go.

    `entries` are decided in this order: new ones (of `new`), and those that count as just arrived.
    `gone` are new ones that never were open; `left` are those that come back with their stream.
    `touched` are records with the version they have by now.
    """

    arriving: Arriving
    known: Known
    at: datetime
    entries: list[Entry] = field(default_factory=list)
    new: set[int] = field(default_factory=set)
    gone: list[Entry] = field(default_factory=list)
    left: list[Entry] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    told: list[Outcome] = field(default_factory=list)
    touched: dict[int, int] = field(default_factory=dict)
    no_more_awaited: list[int] = field(default_factory=list)

    @property
    def locked(self) -> Locked:
        return self.arriving.locked

    @property
    def place(self) -> Place:
        organization_id, reconciliation_id = self.locked.key
        return Place(
            organization_id=organization_id, reconciliation_id=reconciliation_id, at=self.at
        )

    def fits(self, message: RecordVersion) -> bool:
        """Tell whether it may be taken in this turn as it would be by itself."""
        touched = self.touched.get(message.record_id)
        if touched is not None:
            return message.version <= touched
        found = self.standing(message.record_id)
        if found is None or message.version <= found.entry.version:
            return True
        return not (self.parts(message) or (found.is_candidate and self.entries))

    def parts(self, message: RecordVersion) -> bool:
        """Tell whether matches of the record must be taken apart before it is taken."""
        found = self.standing(message.record_id)
        return (
            found is not None
            and message.version > found.entry.version
            and must_part(
                found,
                fields=bytes(message.fields),
                withdrawn=isinstance(message, RecordWithdrawn),
            )
        )

    def take(self, message: RecordVersion) -> None:
        """Take a message that fits; raises UnreadableError, and then nothing is changed."""
        if message.record_id in self.touched:
            return
        found = self.standing(message.record_id)
        if found is None:
            self._arrive(message)
        elif message.version > found.entry.version:
            self._revise(found, message)

    def _arrive(self, message: RecordVersion) -> None:
        waiting = self.known.awaited.get((self.locked.reconciliation_id, message.record_id))
        newest = waiting if waiting and waiting.version > message.version else message
        if isinstance(newest, RecordWithdrawn):
            self._never_open(self._of_deleted(newest), reason=DELETED)
        elif self._has_left(newest):
            entry = self.arriving.read(newest, entry_no=self._next_no)
            self.left.append(entry)
            self._never_open(entry, reason=LEFT)
        else:
            self.entries.append(self.arriving.read(newest, entry_no=0))
            self.new.add(message.record_id)
        self.touched[message.record_id] = newest.version
        if waiting is not None:
            self.no_more_awaited.append(message.record_id)

    def _has_left(self, message: RecordVersion) -> bool:
        """Whether the record's stream is no part of the reconciliation any more."""
        return message.stream_id in self.locked.left_streams

    @property
    def _next_no(self) -> int:
        """The number of an entry that is told of next."""
        return self.locked.seq + len(self.told) + 1

    def _never_open(self, entry: Entry, *, reason: str) -> None:
        self.gone.append(entry)
        self.told.append(withdrawn(self.place, entry=entry, reason=reason))

    def _of_deleted(self, message: RecordWithdrawn) -> Entry:
        return Entry(
            record_id=message.record_id,
            entry_no=self._next_no,
            version=message.version,
            stream_id=message.stream_id,
            side=message.side,
            overdue_at=message.at,
            texts=(),
            fields=bytes(message.fields),
        )

    def _revise(self, found: Standing, message: RecordVersion) -> None:
        step = revise(found, self._others(found), self._later(found, message), place=self.place)
        self.steps.append(step)
        if step.after[0].ended == "withdrawn" and not isinstance(message, RecordWithdrawn):
            self.left.append(step.after[0].entry)
        self.told += step.told
        self.entries += step.again
        self.touched |= {one.entry.record_id: one.entry.version for one in step.after}

    def _later(self, found: Standing, message: RecordVersion) -> Later:
        if isinstance(message, RecordWithdrawn):
            fields = bytes(message.fields)
            entry = replace(found.entry, version=message.version, fields=fields)
            return Later(entry=entry, withdrawn=True)
        entry = self.arriving.read(message, entry_no=found.entry.entry_no)
        overdue_at, overdue_seq = overdue_by_then(
            found, entry.fields, overdue_at=entry.overdue_at, now=self.at
        )
        entry = replace(entry, overdue_at=overdue_at, overdue_seq=overdue_seq)
        left_minor = found.entry.left_minor
        return Later(
            entry=entry if left_minor is None else partly(entry, left_minor),
            withdrawn=self._has_left(message) and found.ended not in ("closed", "ignored"),
            why=LEFT,
        )

    def standing(self, record_id: int) -> Standing | None:
        """Return where a record's entry stood before this turn; None when it has none."""
        return self.known.entries.get((self.locked.reconciliation_id, record_id))

    def _others(self, found: Standing) -> list[Standing]:
        if found.suggested_by is None:
            return []
        records = self.known.suggested.get(found.suggested_by, ())
        reconciliation_id, own = self.locked.reconciliation_id, found.entry.record_id
        return [self.known.entries[reconciliation_id, one] for one in records if one != own]

    @property
    def again(self) -> list[Entry]:
        """Those that are decided again."""
        return [one for one in self.entries if one.record_id not in self.new]

    @property
    def is_empty(self) -> bool:
        return not (self.entries or self.told)

    def numbered(self) -> None:
        """Give new entries the numbers of their outcomes: behind all that is told before."""
        number = self.locked.seq + len(self.told)
        for place, entry in enumerate(self.entries):
            if entry.record_id in self.new:
                number += 1
                self.entries[place] = replace(entry, entry_no=number)

    def arrivals(self, blocks: frozenset[tuple[int, int]]) -> Arrivals:
        told = [
            message_of(replace(outcome, seq=self.locked.seq + number))
            for number, outcome in enumerate(self.told, start=1)
        ]
        rekeyed = self.locked.rekey_after
        now, later = by_turn(self.entries if rekeyed is None else self.again, rekeyed)
        waiting = [unkeyed(one) for one in self.entries if one.record_id in self.new]
        return Arrivals(
            locked=self.locked,
            rules=self.arriving.rules,
            entries=now,
            new=True,
            again={one.record_id for one in self.again},
            deferred=later if rekeyed is None else [*later, *waiting],
            blocks=blocks,
            before=told,
        )

    def moved(self, settled: Moved) -> Moved:
        """Add what later versions moved to what deciding moved."""
        before = [one for step in self.steps for one in step.before]
        after = [one for step in self.steps for one in step.after]

        def more(counts: Callable[[Standing], bool]) -> int:
            return sum(map(counts, after)) - sum(map(counts, before))

        return Moved(
            locked=settled.locked,
            messages=settled.messages,
            entries=settled.entries + len(self.gone),
            matched=settled.matched + more(lambda one: one.match_id is not None),
            overdue=settled.overdue + more(lambda one: one.is_overdue),
            overdue_at=settled.overdue_at,
            ended=len(self.gone) + more(lambda one: one.ended is not None),
        )
