"""Time enters the log here, by command: the sweeper's claim and mark_overdue."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.outcome import Place
from tieout_matcher.domain.outcome import overdue as overdue_outcome
from tieout_matcher.store import awaited, overdue
from tieout_matcher.store import entries as entry_store
from tieout_matcher.store.reconciliation_lock import Locked, Moved, advance, lock, message_of
from tieout_matcher.store.rule_book import RuleBook
from tieout_runtime.postgres import Connection, Pool, transaction
from tieout_runtime.problems import Problem, invalid, not_found

CLAIM_ENTRIES = 2000
CLAIM_RECONCILIATIONS = 500


@dataclass(frozen=True, kw_only=True)
class OverdueClaims:
    """Commands about time; each ends in `entry.overdue` outcomes or in a new overdue time."""

    rule_book: RuleBook
    clock: Callable[[], datetime]

    async def claim_all(self, pool: Pool, *, until: datetime) -> int:
        """Say of every open entry overdue by `until` that it is, once; returns how many.

        One transaction for each chunk of one reconciliation: live traffic waits for no more.
        """
        claimed = 0
        async with transaction(pool) as connection:
            waiting = await overdue.due(connection, until=until, limit=CLAIM_RECONCILIATIONS)
        for key in waiting:
            chunk = CLAIM_ENTRIES
            while chunk == CLAIM_ENTRIES:
                async with transaction(pool) as connection:
                    chunk = await self._claim(connection, key, until)
                claimed += chunk
        return claimed

    async def _claim(self, connection: Connection, key: tuple[int, int], until: datetime) -> int:
        locked = (await lock(connection, [key]))[key]
        rules = await self.rule_book.rules_of(connection, locked)
        entries = await overdue.overdue(connection, locked, rules, until=until, limit=CLAIM_ENTRIES)
        await self._say(connection, locked, entries)
        await overdue.set_next_due(connection, locked)
        return len(entries)

    async def _say(self, connection: Connection, locked: Locked, entries: list[Entry]) -> None:
        if not entries:
            return
        at = self.clock()
        place = Place(
            organization_id=locked.organization_id,
            reconciliation_id=locked.reconciliation_id,
            at=at,
        )
        told = [
            msgspec.structs.replace(entry, overdue_seq=locked.seq + number)
            for number, entry in enumerate(entries, start=1)
        ]
        await overdue.said(connection, locked, told)
        messages = [
            message_of(overdue_outcome(place, seq=locked.seq + number, entry=entry))
            for number, entry in enumerate(told, start=1)
        ]
        moved = Moved(locked=locked, messages=messages, overdue=len(told))
        await advance(connection, [moved], at=at)

    async def mark(
        self,
        connection: Connection,
        key: tuple[int, int],
        *,
        record_id: int,
        record_stream_id: int,
        overdue_at: datetime | None,
    ) -> datetime:
        """Set when an entry is overdue (default: now); one not there yet gets it on arrival.

        Returns the time asked for. One that was said to be overdue stays so, since when it was.
        Raises Problem 404 (reconciliation), 409 `already_matched`, 422 (the record's stream is
        not in the reconciliation).
        """
        locked = (await lock(connection, [key])).get(key)
        if locked is None:
            raise not_found("reconciliation")
        if record_stream_id not in await entry_store.streams_of(connection, key):
            raise invalid("record_id", "the record's stream is not part of the reconciliation")
        at = self.clock()
        when = overdue_at or at
        rules = await self.rule_book.rules_of(connection, locked)
        found = await entry_store.entry_for_command(connection, locked, rules, record_id)
        if found is None:
            await awaited.put(connection, locked, record_id=record_id, overdue_at=when)
        elif found.match_id is not None:
            raise Problem(409, "already_matched", "the record is matched in this reconciliation")
        elif found.entry.overdue_seq is None:
            entry = msgspec.structs.replace(found.entry, overdue_at=when)
            if when <= at:
                await self._say(connection, locked, [entry])
            else:
                await overdue.postpone(connection, locked, entry, when)
                moved = Moved(locked=locked, messages=[], overdue_at=when)
                await advance(connection, [moved], at=at)
        return when
