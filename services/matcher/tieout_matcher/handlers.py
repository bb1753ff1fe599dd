"""Record events in: one delivery, one transaction, decided in log order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import msgspec
from aiokafka import ConsumerRecord

from tieout_contracts.record import (
    ImportCompleted,
    RecordAccepted,
    RecordMessage,
    RecordVersion,
)
from tieout_matcher.arriving import Arriving
from tieout_matcher.domain.overdue import Deadlines
from tieout_matcher.revising import Reviser
from tieout_matcher.settle import settle
from tieout_matcher.store import awaited, passes
from tieout_matcher.store.reconciliation_lock import Locked, advance, lock
from tieout_matcher.store.rule_book import RuleBook
from tieout_runtime.intake import Refusals
from tieout_runtime.postgres import Connection

_decode = msgspec.json.Decoder(RecordMessage).decode


def decode_record(record: ConsumerRecord) -> RecordMessage:
    """Read a message of the records topic; raises msgspec.MsgspecError or RecursionError."""
    message: RecordMessage = _decode(record.value)
    return message


class _NotAllNewError(Exception):
    """A delivery holds more than first versions to decide; it is taken again, told apart."""


def _of_left_streams(
    locked: Mapping[tuple[int, int], Locked], records: Iterable[RecordVersion]
) -> bool:
    """Whether a record is of a stream that is no part of its reconciliation any more."""
    left = {key: one.left_streams for key, one in locked.items() if one.left_streams}
    return bool(left) and any(
        one.stream_id in left.get((one.organization_id, one.reconciliation_id), ())
        for one in records
    )


@dataclass(frozen=True, kw_only=True)
class Matcher:
    """Consumes record events."""

    rule_book: RuleBook
    reviser: Reviser
    clock: Callable[[], datetime]

    async def on_records(
        self, connection: Connection, messages: Sequence[RecordMessage]
    ) -> Refusals:
        """Decide the records that really are new; let later versions take the place of earlier.

        An `import.completed` marker decides nothing on arrival: passes are wanted.
        """
        records: dict[int, RecordVersion] = {}
        completed: set[tuple[int, int]] = set()
        for index, message in enumerate(messages):
            if isinstance(message, ImportCompleted):
                completed.add((message.organization_id, message.reconciliation_id))
            else:
                records[index] = message
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
        self, connection: Connection, records: Mapping[int, RecordVersion]
    ) -> Refusals:
        # Asking of every record whether it arrived before costs more than taking a few again.
        with suppress(asyncpg.UniqueViolationError, _NotAllNewError):
            async with connection.transaction():
                return await self._take(connection, records)
        return await self.reviser.take(connection, records)

    async def _take(self, connection: Connection, records: Mapping[int, RecordVersion]) -> Refusals:
        """Decide records as if none had arrived before; the database or an error says otherwise."""
        locked = await lock(
            connection,
            ((one.organization_id, one.reconciliation_id) for one in records.values()),
        )
        if _of_left_streams(locked, records.values()):
            raise _NotAllNewError
        books = {
            key: Arriving(
                locked=one,
                rules=await self.rule_book.rules_of(connection, one),
                deadlines=Deadlines(one.timezone),
            )
            for key, one in locked.items()
        }
        refused = {}
        seen: set[tuple[int, int]] = set()
        for index, message in records.items():
            arriving = books.get((message.organization_id, message.reconciliation_id))
            if arriving is None:
                refused[index] = f"there is no reconciliation {message.reconciliation_id}"
                continue
            if not isinstance(message, RecordAccepted) or arriving.locked.awaited_versions:
                raise _NotAllNewError
            if reason := arriving.add(message):
                refused[index] = reason
            else:
                seen.add((message.reconciliation_id, message.record_id))
        if len(seen) + len(refused) < len(records):
            raise _NotAllNewError
        await self._settle(connection, [one for one in books.values() if one.entries])
        return refused

    async def _settle(self, connection: Connection, arriving: Sequence[Arriving]) -> None:
        if not arriving:
            return
        at = self.clock()
        for one in arriving:
            if one.locked.awaited:
                one.entries = await awaited.take(connection, one.locked, one.entries)
        moves = await settle(connection, [one.arrivals() for one in arriving], at=at)
        await advance(connection, moves, at=at)
