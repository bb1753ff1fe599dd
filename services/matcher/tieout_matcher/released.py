"""Entries that count as just arrived: re-keyed after a rule changed, or released by a revoke."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tieout_contracts.outcomes import MatchRevoked
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.outcome import view_of
from tieout_matcher.domain.plan import RuleSet
from tieout_matcher.settle import Arrivals, settle, unkeyed
from tieout_matcher.store import released, settling
from tieout_matcher.store.reconciliation_lock import Locked, Moved, advance, lock, message_of
from tieout_matcher.store.rule_book import RuleBook
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import not_found

REKEY_ENTRIES = 2000


@dataclass(frozen=True, kw_only=True)
class Releaser:
    """Decides entries again that are open already, or open again."""

    rule_book: RuleBook
    clock: Callable[[], datetime]

    async def rekey_chunk(self, connection: Connection, key: tuple[int, int]) -> bool:
        """Re-key the next open entries of a reconciliation; answers whether more wait.

        They are taken in entry order, and entries that arrive meanwhile wait their turn behind
        them: a rule made late finds what an early one would have found among what is open.
        """
        locked = (await lock(connection, [key])).get(key)
        if locked is None or locked.rekey_after is None:
            return False
        rules = await self.rule_book.rules_of(connection, locked)
        entries = await released.next_to_rekey(connection, locked, rules, limit=REKEY_ENTRIES)
        await settling.claim(connection, {key: entries})
        await self._decide(connection, locked, rules, entries, Moved(locked=locked, messages=[]))
        more = len(entries) == REKEY_ENTRIES
        await released.rekeyed(connection, locked, entries[-1].entry_no if more else None)
        return more

    async def revoke(
        self, connection: Connection, *, organization_id: int, match_id: int, reason: str | None
    ) -> None:
        """Take a match apart: members open again with their overdue times, the pair blocked.

        Nothing changes when it was revoked before. Raises Problem 404 for an unknown match.
        """
        reconciliation_id = await released.reconciliation_of(connection, organization_id, match_id)
        if reconciliation_id is None:
            raise not_found("match")
        key = (organization_id, reconciliation_id)
        locked = (await lock(connection, [key]))[key]
        rules = await self.rule_book.rules_of(connection, locked)
        at = self.clock()
        members = await released.revoke(
            connection, locked, rules, match_id=match_id, at=at, reason=reason
        )
        if not members:
            return
        told = MatchRevoked(
            organization_id=organization_id,
            reconciliation_id=reconciliation_id,
            seq=locked.seq + 1,
            at=at,
            match_id=match_id,
            reason=reason,
            members=[view_of(entry) for entry in members],
        )
        moved = Moved(
            locked=locked,
            messages=[message_of(told)],
            matched=-len(members),
            overdue=sum(1 for entry in members if entry.overdue_seq is not None),
        )
        await self._decide(connection, locked, rules, members, moved)

    async def _decide(
        self,
        connection: Connection,
        locked: Locked,
        rules: RuleSet,
        entries: Sequence[Entry],
        before: Moved,
    ) -> None:
        """Decide entries that have rows and no right to be matched any more, and reopen them."""
        at = self.clock()
        rekeying_from = locked.rekey_after if before.messages else None
        now, later = _by_turn(entries, rekeying_from)
        blocks = await released.blocks_of(connection, locked, now)
        arrivals = Arrivals(
            locked=locked,
            rules=rules,
            entries=now,
            deferred=later,
            new=False,
            blocks=blocks,
            before=before.messages,
        )
        (move,) = await settle(connection, [arrivals], at=at)
        matched = move.matched + before.matched
        overdue = move.overdue + before.overdue
        await advance(connection, [replace(move, matched=matched, overdue=overdue)], at=at)


def _by_turn(
    entries: Sequence[Entry], rekeying_from: int | None
) -> tuple[list[Entry], list[Entry]]:
    """Split entries into those decided now and those that a re-keying under way will reach."""
    if rekeying_from is None:
        return list(entries), []
    now = [entry for entry in entries if entry.entry_no <= rekeying_from]
    later = [unkeyed(entry) for entry in entries if entry.entry_no > rekeying_from]
    return now, later
