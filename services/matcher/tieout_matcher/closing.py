"""Items of runs that people close, because nothing will ever match them, and open again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tieout_matcher.auto_match import require_writable
from tieout_matcher.domain.outcome import Place, closed, reopened
from tieout_matcher.domain.plan import RuleSet
from tieout_matcher.released import Releaser
from tieout_matcher.store import closing, ledger_runs, ledger_views, released, settling
from tieout_matcher.store import entries as entry_store
from tieout_matcher.store.reconciliation_lock import Locked, Moved, advance, lock, message_of
from tieout_matcher.store.rule_book import RuleBook
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, not_found

CLOSED = "one of its records was closed"


@dataclass(frozen=True, kw_only=True)
class ClosingOrder:
    """Who closes which item of which ledger, and why."""

    organization_id: int
    account_id: int
    record_id: int
    ledger_id: int
    reason: str | None
    note: str | None


@dataclass(frozen=True, kw_only=True)
class _Item:
    locked: Locked
    rules: RuleSet
    found: entry_store.Found


@dataclass(frozen=True, kw_only=True)
class Closing:
    """Takes entries out of what is open, and back, under K1."""

    rule_book: RuleBook
    releaser: Releaser
    clock: Callable[[], datetime]

    async def close(self, connection: Connection, order: ClosingOrder) -> None:
        """Close an item; closed already, nothing changes. A suggestion of it is dropped.

        Raises Problem 404 (item, or another ledger's), 409 `run_closed`, `already_matched`.
        """
        key = (order.organization_id, order.record_id)
        item = await self._item(connection, key, ledger_id=order.ledger_id)
        if item.found.ended is not None:
            return
        entry = item.found.entry
        if item.found.match_id is not None or entry.left_minor is not None:
            part = "" if item.found.match_id is not None else " in part"
            message = f"the item is matched{part}: reject its matches first"
            raise Problem(409, "already_matched", message)
        locked = await self.releaser.dissolve(
            connection, item.locked, [order.record_id], CLOSED, block=False
        )
        at = self.clock()
        await settling.claim(connection, {locked.key: [entry]})
        await closing.close(
            connection,
            locked.key,
            order.record_id,
            reason=order.reason,
            note=order.note,
            account_id=order.account_id,
            at=at,
        )
        told = closed(
            _place(locked, at),
            seq=locked.seq + 1,
            entry=entry,
            reason=order.reason,
            note=order.note,
        )
        overdue = -1 if entry.overdue_seq is not None else 0
        moved = Moved(locked=locked, messages=[message_of(told)], ended=1, overdue=overdue)
        await advance(connection, [moved], at=at)

    async def reopen(self, connection: Connection, key: tuple[int, int]) -> None:
        """Open an item of (organisation, record) again; open already, nothing changes.

        It counts as just arrived, with the overdue time that it had. Raises Problem 404, 409
        `run_closed`.
        """
        item = await self._item(connection, key)
        if item.found.ended is None:
            return
        locked = item.locked
        await closing.reopen(connection, locked.key, key[1])
        entries = await released.entries_again(connection, locked, item.rules, [key[1]])
        told = reopened(_place(locked, self.clock()), seq=locked.seq + 1, entry=entries[0])
        overdue = 1 if entries[0].overdue_seq is not None else 0
        moved = Moved(locked=locked, messages=[message_of(told)], ended=-1, overdue=overdue)
        await self.releaser.release(connection, locked, item.rules, entries, moved)

    async def _item(
        self, connection: Connection, key: tuple[int, int], *, ledger_id: int | None = None
    ) -> _Item:
        """Lock an item's run and ledger, and load its entry."""
        item = await ledger_views.item(connection, *key)
        if item is None or ledger_id not in (None, item["ledger_id"]):
            raise not_found("item")
        run = (key[0], item["ledger_run_id"])
        await require_writable(connection, run)
        await ledger_runs.touch(connection, run, at=self.clock())
        ledger = (key[0], item["ledger_id"])
        locked = (await lock(connection, [ledger]))[ledger]
        rules = await self.rule_book.rules_of(connection, locked)
        found = await entry_store.entry_for_command(connection, locked, rules, key[1])
        if found is None or found.ended == "withdrawn":
            raise not_found("item")
        return _Item(locked=locked, rules=rules, found=found)


def _place(locked: Locked, at: datetime) -> Place:
    return Place(
        organization_id=locked.organization_id, reconciliation_id=locked.reconciliation_id, at=at
    )
