"""Record events in: one delivery, one transaction, decided in log order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg
import msgspec
from aiokafka import ConsumerRecord

from tieout_contracts.record import Fields, RecordAccepted, RecordMessage
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.forced import MAX_FIELDS_BYTES
from tieout_matcher.domain.overdue import Deadlines
from tieout_matcher.domain.plan import FieldsError, RuleSet
from tieout_matcher.settle import Arrivals, settle, unkeyed
from tieout_matcher.store import awaited, passes, settling
from tieout_matcher.store.reconciliation_lock import Locked, advance, lock
from tieout_matcher.store.rule_book import RuleBook
from tieout_runtime.intake import Refusals
from tieout_runtime.postgres import Connection

_decode = msgspec.json.Decoder(RecordMessage).decode
# Checked whole at the door: any later rule must be able to read a stored entry.
_check = msgspec.json.Decoder(Fields).decode


def decode_record(record: ConsumerRecord) -> RecordMessage:
    """Read a message of the records topic; raises msgspec.MsgspecError or RecursionError."""
    message: RecordMessage = _decode(record.value)
    return message


@dataclass(frozen=True, kw_only=True)
class Matcher:
    """Consumes record events."""

    rule_book: RuleBook
    clock: Callable[[], datetime]

    async def on_records(
        self, connection: Connection, messages: Sequence[RecordMessage]
    ) -> Refusals:
        """Decide the records that really are new; refuse those that no reconciliation can take.

        An `import.completed` marker decides nothing on arrival: passes are wanted.
        """
        records: dict[int, RecordAccepted] = {}
        completed: set[tuple[int, int]] = set()
        for index, message in enumerate(messages):
            if isinstance(message, RecordAccepted):
                records[index] = message
            else:
                completed.add((message.organization_id, message.reconciliation_id))
        refused = await self._decide(connection, records) if records else {}
        if completed:
            await self._want_passes(connection, completed)
        return refused

    async def _want_passes(
        self, connection: Connection, completed: Iterable[tuple[int, int]]
    ) -> None:
        """Have tried at once what is whole now; identities alone can wait for a tick."""
        for locked in (await lock(connection, completed)).values():
            if (await self.rule_book.in_force(connection, locked)).passes:
                await passes.want(connection, locked)

    async def _decide(
        self, connection: Connection, records: Mapping[int, RecordAccepted]
    ) -> Refusals:
        try:
            async with connection.transaction():
                return await self._take(connection, records, known=set())
        except asyncpg.UniqueViolationError:
            # Some arrived before: asking of every record costs more than taking those again.
            known = await _known(connection, records.values())
            return await self._take(connection, records, known=known)

    async def _take(
        self,
        connection: Connection,
        records: Mapping[int, RecordAccepted],
        *,
        known: set[tuple[int, int]],
    ) -> Refusals:
        """Decide the records that are not `known` (reconciliation, record)."""
        locked = await lock(
            connection,
            ((one.organization_id, one.reconciliation_id) for one in records.values()),
        )
        books = {
            key: _Arriving(
                locked=one,
                rules=await self.rule_book.rules_of(connection, one),
                deadlines=Deadlines(one.timezone),
            )
            for key, one in locked.items()
        }
        refused = {}
        for index, message in records.items():
            arriving = books.get((message.organization_id, message.reconciliation_id))
            if arriving is None:
                refused[index] = f"there is no reconciliation {message.reconciliation_id}"
            elif (message.reconciliation_id, message.record_id) not in known:
                known.add((message.reconciliation_id, message.record_id))
                if reason := arriving.add(message):
                    refused[index] = reason
        await self._settle(connection, [one for one in books.values() if one.entries])
        return refused

    async def _settle(self, connection: Connection, arriving: Sequence["_Arriving"]) -> None:
        if not arriving:
            return
        at = self.clock()
        for one in arriving:
            if one.locked.awaited:
                one.entries = await awaited.take(connection, one.locked, one.entries)
        moves = await settle(connection, [one.arrivals() for one in arriving], at=at)
        await advance(connection, moves, at=at)


@dataclass(kw_only=True)
class _Arriving:
    """The new entries of one reconciliation in this delivery, in log order."""

    locked: Locked
    rules: RuleSet
    deadlines: Deadlines
    entries: list[Entry] = field(default_factory=list)

    def add(self, message: RecordAccepted) -> str | None:
        """Make the record's entry; answers why it cannot be one."""
        fields = bytes(message.fields)
        if message.arrived_at.tzinfo is None:
            return "arrived_at has no offset from UTC"
        if len(fields) > MAX_FIELDS_BYTES // 2:
            return f"fields of {len(fields)} bytes: two such records would not fit one event"
        try:
            _check(fields)
            texts = self.rules.texts(fields, message.side)
        except (FieldsError, msgspec.MsgspecError, ValueError, RecursionError) as error:
            return f"fields are not readable: {error}"
        self.entries.append(
            Entry(
                record_id=message.record_id,
                entry_no=self.locked.seq + len(self.entries) + 1,
                version=message.version,
                stream_id=message.stream_id,
                side=message.side,
                overdue_at=self.deadlines.of(
                    message.due_date, message.arrived_at, message.arrival_grace_seconds
                ),
                texts=texts,
                hashes=self.rules.hashes(texts),
                fields=fields,
            )
        )
        return None

    def arrivals(self) -> Arrivals:
        if self.locked.rekey_after is None:
            return Arrivals(locked=self.locked, rules=self.rules, entries=self.entries, new=True)
        waiting = [unkeyed(one) for one in self.entries]
        return Arrivals(
            locked=self.locked, rules=self.rules, entries=[], deferred=waiting, new=True
        )


async def _known(connection: Connection, records: Iterable[RecordAccepted]) -> set[tuple[int, int]]:
    """Ask which of these records arrived before; (reconciliation, record)."""
    by_place: dict[tuple[int, int], list[int]] = {}
    for one in records:
        place = (one.organization_id, one.reconciliation_id)
        by_place.setdefault(place, []).append(one.record_id)
    await lock(connection, by_place)
    return await settling.known_records(connection, by_place)
