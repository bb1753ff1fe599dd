"""Time enters the log here, by command: the sweeper's claim and mark_overdue."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import msgspec

from tieout_matcher.domain.duplicates import sameness
from tieout_matcher.domain.outcome import Place
from tieout_matcher.domain.outcome import overdue as overdue_outcome
from tieout_matcher.domain.passes.reasons import break_reason, duplicate_of
from tieout_matcher.store import awaited, duplicates, overdue
from tieout_matcher.store import entries as entry_store
from tieout_matcher.store.overdue import Late
from tieout_matcher.store.reconciliation_lock import (
    Locked,
    Moved,
    advance,
    lock,
    lock_existing,
    message_of,
)
from tieout_matcher.store.rule_book import RuleBook
from tieout_runtime.postgres import Connection, Pool, transaction
from tieout_runtime.problems import Problem, invalid, not_found

CLAIM_ENTRIES = 2000
CLAIM_RECONCILIATIONS = 500
CHUNKS_LOOKED_AT = 10  # for duplicates at once: that reads a lot
NEVER = datetime.max.replace(tzinfo=UTC)


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
            claimed += await self._claim_one(pool, key, until, leftovers=False)
        return claimed

    async def claim_leftovers(
        self, pool: Pool, key: tuple[int, int], *, items_of: int | None = None
    ) -> None:
        """Say of all that is open that it is unmatched, whatever time it still had.

        With `items_of` only of the items of that run of a ledger.
        """
        await self._claim_one(pool, key, NEVER, leftovers=True, items_of=items_of)

    async def _claim_one(
        self,
        pool: Pool,
        key: tuple[int, int],
        until: datetime,
        *,
        leftovers: bool,
        items_of: int | None = None,
    ) -> int:
        claimed = 0
        twice: Mapping[int, int] = {}
        for number in count():
            if number % CHUNKS_LOOKED_AT == 0:
                twice = await self._told_twice(pool, key, until)
            async with transaction(pool) as connection:
                chunk = await self._claim(
                    connection, key, until, twice, leftovers=leftovers, items_of=items_of
                )
            claimed += chunk
            if chunk < CLAIM_ENTRIES:
                break
        return claimed

    async def _told_twice(
        self, pool: Pool, key: tuple[int, int], until: datetime
    ) -> Mapping[int, int]:
        """Look for duplicates among the next overdue entries; live traffic does not wait for it."""
        async with transaction(pool) as connection:
            locked = (await lock(connection, [key]))[key]
            same = sameness((await self.rule_book.in_force(connection, locked)).active)
        if not same:
            return {}
        async with transaction(pool) as connection:
            most = CHUNKS_LOOKED_AT * CLAIM_ENTRIES
            late = await duplicates.next_late(connection, key, until=until, limit=most)
            return await duplicates.told_twice(connection, key, late, same)

    async def _claim(
        self,
        connection: Connection,
        key: tuple[int, int],
        until: datetime,
        twice: Mapping[int, int],
        *,
        leftovers: bool,
        items_of: int | None,
    ) -> int:
        locked = (await lock(connection, [key]))[key]
        rules = await self.rule_book.rules_of(connection, locked)
        late = await overdue.overdue(
            connection, locked, rules, until=until, limit=CLAIM_ENTRIES, items_of=items_of
        )
        late = await self._explained(connection, locked, late, twice)
        if leftovers:
            late = [_left_over(one, self.clock()) for one in late]
        await self._say(connection, locked, late)
        await overdue.set_next_due(connection, locked)
        return len(late)

    async def _explained(
        self,
        connection: Connection,
        locked: Locked,
        late: Sequence[Late],
        twice: Mapping[int, int],
    ) -> list[Late]:
        """Say of entries that nothing is known of which matched record says the same."""
        found = [
            Late(one.entry, "DUPLICATE", duplicate_of(twice[one.entry.record_id]))
            if one.reason_code == "UNMATCHED_OVERDUE" and one.entry.record_id in twice
            else one
            for one in late
        ]
        told = {one.entry.entry_no: one.reason for one in found if one.reason_code == "DUPLICATE"}
        await duplicates.explain(connection, locked, told)
        return found

    async def _say(self, connection: Connection, locked: Locked, late: Sequence[Late]) -> None:
        if not late:
            return
        at = self.clock()
        place = Place(
            organization_id=locked.organization_id,
            reconciliation_id=locked.reconciliation_id,
            at=at,
        )
        told = [
            msgspec.structs.replace(one.entry, overdue_seq=locked.seq + number)
            for number, one in enumerate(late, start=1)
        ]
        await overdue.said(connection, locked, told)
        messages = [
            message_of(
                overdue_outcome(
                    place,
                    seq=locked.seq + number,
                    entry=entry,
                    reason_code=one.reason_code,
                    reason=one.reason,
                )
            )
            for number, (one, entry) in enumerate(zip(late, told, strict=True), start=1)
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
        Raises Problem 404 (reconciliation), 409 `already_matched` or `entry_not_open`, 422 (the
        record's stream is not in the reconciliation).
        """
        locked = await lock_existing(connection, key)
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
        elif found.ended is not None:
            raise Problem(409, "entry_not_open", f"the record's entry is {found.ended}")
        elif found.entry.overdue_seq is None:
            entry = msgspec.structs.replace(found.entry, overdue_at=when)
            if when <= at:
                same = sameness((await self.rule_book.in_force(connection, locked)).active)
                twice = await duplicates.told_twice(connection, key, [record_id], same)
                late = Late(entry, break_reason(found.reason_code), found.reason)
                told = await self._explained(connection, locked, [late], twice)
                await self._say(connection, locked, told)
            else:
                await overdue.postpone(connection, locked, entry, when)
                moved = Moved(locked=locked, messages=[], overdue_at=when)
                await advance(connection, [moved], at=at)
        return when


def _left_over(late: Late, at: datetime) -> Late:
    """Give the reason of a run's leftovers, unless a pass found a better one."""
    entry = msgspec.structs.replace(late.entry, overdue_at=at)
    if late.reason_code != "UNMATCHED_OVERDUE":
        return late._replace(entry=entry)
    return Late(entry, "UNMATCHED", "The run found no counterpart: match it by hand, or close it.")
