"""Entries that count as just arrived: re-keyed after a rule changed, or released by a revoke."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tieout_contracts.outcomes import MatchRejected, MatchRevoked
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.outcome import view_of
from tieout_matcher.domain.passes.snapshot import OpenRow, PassRules, keys_of
from tieout_matcher.domain.plan import RuleSet
from tieout_matcher.domain.stream_changes import LEFT
from tieout_matcher.settle import Arrivals, by_turn, settle
from tieout_matcher.store import making, passes, reconciliation_changes, released, settling
from tieout_matcher.store.reconciliation_lock import Locked, Moved, advance, lock, message_of
from tieout_matcher.store.rule_book import RuleBook
from tieout_matcher.streams_left import leave, overdue_among, returned
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import not_found

REKEY_ENTRIES = 2000
SUGGESTIONS_AT_ONCE = 100
CHANGED = "more of one of its records is open again"


@dataclass(frozen=True, kw_only=True)
class Releaser:
    """Decides entries again that are open already, or open again."""

    rule_book: RuleBook
    clock: Callable[[], datetime]

    async def rekey_chunk(self, connection: Connection, key: tuple[int, int]) -> bool:
        """Re-key the next open entries of a reconciliation; answers whether more wait.

        They are taken in entry order, and entries that arrive meanwhile wait their turn behind
        them: a rule made late finds what an early one would have found among what is open. Those
        of streams that left are withdrawn; those of streams that came back come first.
        """
        locked = (await lock(connection, [key])).get(key)
        if locked is None or locked.rekey_after is None:
            return False
        if await self._streams_change(connection, locked):
            return True
        rules = await self.rule_book.rules_of(connection, locked)
        entries = await released.next_to_rekey(connection, locked, rules, limit=REKEY_ENTRIES)
        await settling.claim(connection, {key: entries})
        nothing = Moved(locked=locked, messages=[])
        staying, moved = await leave(connection, locked, entries, nothing, at=self.clock())
        await self._decide(connection, locked, rules, staying, (), moved)
        more = len(entries) == REKEY_ENTRIES
        await released.rekeyed(connection, locked, entries[-1].entry_no if more else None)
        return more

    async def revoke(
        self,
        connection: Connection,
        *,
        organization_id: int,
        match_id: int,
        reason: str | None,
        block: bool = True,
        kept: Sequence[int] = (),
    ) -> None:
        """Take a match apart: members open again with their overdue times, the pair blocked.

        A suggestion is rejected. Only what no person took apart (an undone run, a member that says
        other money now) is without a `block`. Members of `kept` are not open: the caller decides
        them. Nothing changes when it is none any more. Raises Problem 404 for an unknown match.
        """
        locked = await self._locked(connection, organization_id, match_id)
        match = await released.match_row(connection, organization_id, match_id)
        if match["status"] == "suggested":
            await self._reject(connection, locked, match_id, reason, block=block)
        if match["status"] != "accepted":
            return
        locked = await self.dissolve(connection, locked, match["members"], CHANGED)
        rules = await self.rule_book.rules_of(connection, locked)
        at = self.clock()
        members, closed, were_open = await released.end_match(
            connection, locked, rules, match_id=match_id, at=at, reason=reason, block=block
        )
        told = MatchRevoked(**_ended(locked, match_id, reason, members, at))
        free = [one for one in members if one.record_id not in kept]
        moved = Moved(
            locked=locked,
            messages=[message_of(told)],
            matched=-len(closed),
            overdue=overdue_among(free)
            - overdue_among(one for one in members if one.record_id in were_open),
        )
        await self.release(connection, locked, rules, free, moved)

    async def dissolve(
        self,
        connection: Connection,
        locked: Locked,
        records: Sequence[int],
        reason: str,
        *,
        block: bool = True,
    ) -> Locked:
        """Reject the suggestions that hold any of these records.

        The records stay open, for the caller to match; the others are decided again. Returns the
        reconciliation as it stands then.
        """
        suggestions = await making.suggestions_of(connection, locked, records)
        return await self.reject_all(
            connection, locked, suggestions, reason, kept=records, block=block
        )

    async def reject_all(
        self,
        connection: Connection,
        locked: Locked,
        suggestions: Sequence[int],
        reason: str,
        *,
        kept: Sequence[int],
        block: bool = True,
    ) -> Locked:
        """Reject suggestions; their members are decided again, but for `kept` ones.

        Returns the reconciliation as it stands then.
        """
        for match_id in suggestions:
            await self._reject(connection, locked, match_id, reason, kept=kept, block=block)
            locked = (await lock(connection, [locked.key]))[locked.key]
        return locked

    async def _reject(
        self,
        connection: Connection,
        locked: Locked,
        match_id: int,
        reason: str | None,
        kept: Sequence[int] = (),
        *,
        block: bool = True,
    ) -> None:
        rules = await self.rule_book.rules_of(connection, locked)
        at = self.clock()
        await making.unreserve(connection, locked, match_id)
        await making.decide_suggestion(
            connection, locked.organization_id, match_id, status="rejected", at=at, reason=reason
        )
        members = await released.members_of(connection, locked, rules, match_id, block=block)
        free = [one for one in members if one.record_id not in kept]
        await settling.claim(connection, {locked.key: free})
        told = MatchRejected(**_ended(locked, match_id, reason, members, at))
        moved = Moved(locked=locked, messages=[message_of(told)])
        await self.release(connection, locked, rules, free, moved)

    async def clear_block(
        self, connection: Connection, *, organization_id: int, match_id: int
    ) -> None:
        """Let rules make a pair of sets again that a person took apart.

        Those of its entries that are open count as just arrived. Raises Problem 404 for an
        unknown match.
        """
        locked = await self._locked(connection, organization_id, match_id)
        rules = await self.rule_book.rules_of(connection, locked)
        records = await released.clear_block(connection, locked, match_id)
        there = await passes.still_open(connection, locked, rules, records)
        members = await released.entries_again(connection, locked, rules, list(there))
        await settling.claim(connection, {locked.key: members})
        nothing = Moved(locked=locked, messages=[])
        await self.release(connection, locked, rules, members, nothing)

    async def _locked(self, connection: Connection, organization_id: int, match_id: int) -> Locked:
        reconciliation_id = await released.reconciliation_of(connection, organization_id, match_id)
        if reconciliation_id is None:
            raise not_found("match")
        key = (organization_id, reconciliation_id)
        return (await lock(connection, [key]))[key]

    async def release(
        self,
        connection: Connection,
        locked: Locked,
        rules: RuleSet,
        entries: Sequence[Entry],
        before: Moved,
    ) -> None:
        """Decide entries that came back, behind a re-keying under way; then passes try them."""
        staying, moved = await leave(connection, locked, entries, before, at=self.clock())
        now, later = by_turn(staying, locked.rekey_after)
        await self._decide(connection, locked, rules, now, later, moved)
        await self.enlist(connection, locked, rules, now)

    async def _streams_change(self, connection: Connection, locked: Locked) -> bool:
        """Take the next step that a change of streams asks for; False when none is left.

        First suggestions that hold entries of streams that left are none any more; then entries of
        streams that came back are open again, to be re-keyed with the others.
        """
        if locked.left_streams:
            held = await reconciliation_changes.suggestions_of_left(
                connection, locked, limit=SUGGESTIONS_AT_ONCE
            )
            for match_id in held:
                await self._reject(connection, locked, match_id, LEFT, block=False)
                locked = (await lock(connection, [locked.key]))[locked.key]
            if held:
                return True
        records, more = await reconciliation_changes.take_returning(
            connection, locked, limit=REKEY_ENTRIES
        )
        if records:
            rules = await self.rule_book.rules_of(connection, locked)
            entries = await released.entries_again(connection, locked, rules, records)
            moved = returned(locked, entries, at=self.clock())
            await self.release(connection, locked, rules, entries, moved)
        return bool(records) or more

    async def enlist(
        self, connection: Connection, locked: Locked, rules: RuleSet, entries: Sequence[Entry]
    ) -> None:
        """Have passes try those of entries that came back which are still open."""
        if not entries:
            return
        book = await self.rule_book.in_force(connection, locked)
        tried = PassRules(tried=book.passes, active=book.active, sign_mode=locked.sign_mode)
        there = await passes.still_open(
            connection, locked, rules, [one.record_id for one in entries]
        )
        rows = [
            OpenRow(one.record_id, one.entry_no, one.side, one.fields, one.left_minor)
            for one in there.values()
        ]
        if rows and tried.needed:
            await passes.enlist(connection, locked, keys_of(tried, rows))

    async def _decide(
        self,
        connection: Connection,
        locked: Locked,
        rules: RuleSet,
        now: Sequence[Entry],
        later: Sequence[Entry],
        before: Moved,
    ) -> None:
        """Decide entries that have rows and no right to be matched any more, and reopen them."""
        at = self.clock()
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
        total = replace(
            move,
            matched=move.matched + before.matched,
            overdue=move.overdue + before.overdue,
            ended=before.ended,
        )
        await advance(connection, [total], at=at)


def _ended(
    locked: Locked, match_id: int, reason: str | None, members: Sequence[Entry], at: datetime
) -> dict[str, Any]:
    return {
        "organization_id": locked.organization_id,
        "reconciliation_id": locked.reconciliation_id,
        "seq": locked.seq + 1,
        "at": at,
        "match_id": match_id,
        "reason": reason,
        "members": [view_of(entry) for entry in members],
    }
