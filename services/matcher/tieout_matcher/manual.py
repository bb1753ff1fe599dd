"""Matches that people make: chosen entries, whole with an adjustment, or in part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tieout_contracts.outcomes import MatchKind
from tieout_matcher.domain.allocation import Allocation, AllocationError, carried, whole
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.facts import Facts, facts_of
from tieout_matcher.domain.forced import require_publishable
from tieout_matcher.domain.new_match import NewMatch
from tieout_matcher.domain.outcome import Place
from tieout_matcher.domain.passes.snapshot import OpenRow, PassRules, keys_of
from tieout_matcher.released import Releaser
from tieout_matcher.store import entries as entry_store
from tieout_matcher.store import making, passes, settling
from tieout_matcher.store.reconciliation_lock import (
    Locked,
    Moved,
    advance,
    lock_existing,
    message_of,
)
from tieout_matcher.store.rule_book import RuleBook
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import invalid, not_found

TAKEN = "a person matched one of its records"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What a person matches; with `carry` the rest of a larger side stays open."""

    reconciliation_id: int
    record_ids: Sequence[int]
    create_adjustment: bool = False
    adjustment_reason: str | None = None
    carry: bool = False

    def allocate(self, entries: Sequence[Facts]) -> Allocation:
        """Work out what makes the entries tie; raises AllocationError."""
        if self.carry:
            return carried(entries)
        if self.create_adjustment:
            return whole(entries, adjust="manual", note=self.adjustment_reason)
        return whole(entries, adjust=None)


@dataclass(frozen=True, kw_only=True)
class ManualMatches:
    """Makes matches by command, under K1; a suggestion in the way is rejected."""

    rule_book: RuleBook
    releaser: Releaser
    clock: Callable[[], datetime]

    async def make(self, connection: Connection, organization_id: int, chosen: Chosen) -> int:
        """Match entries; returns the match.

        Raises Problem 404 (reconciliation) and 422, naming the record: not in the reconciliation,
        not open, a side missing, several currencies, or amounts that do not tie.
        """
        key = (organization_id, chosen.reconciliation_id)
        locked = await lock_existing(connection, key)
        if locked is None:
            raise not_found("reconciliation")
        rules = await self.rule_book.rules_of(connection, locked)
        members = []
        for place, record_id in enumerate(chosen.record_ids):
            found = await entry_store.entry_for_command(connection, locked, rules, record_id)
            members.append(_open(found, record_id, f"$.record_ids[{place}]"))
        require_publishable(members)
        try:
            allocation = chosen.allocate([facts_in(locked, one) for one in members])
        except AllocationError as error:
            raise invalid("$.record_ids", error.message, code=error.code) from error
        return await self.write(connection, locked, members, allocation, kind="manual")

    async def write(
        self,
        connection: Connection,
        locked: Locked,
        members: Sequence[Entry],
        allocation: Allocation,
        *,
        kind: MatchKind,
        operation_id: int | None = None,
        run_id: int | None = None,
    ) -> int:
        """Make the match of open members; what is left of one stays open. Returns its id.

        They are claimed before the suggestions that hold them are rejected: what those free is
        decided at once, and could take them.
        """
        records = [one.record_id for one in members]
        in_the_way = await making.suggestions_of(connection, locked, records)
        (match_id,) = await settling.match_ids(connection, 1)
        match = NewMatch(
            match_id=match_id,
            kind=kind,
            operation_id=operation_id,
            run_id=run_id,
            members=sorted(members, key=lambda one: (one.side, one.entry_no)),
            adjustments=allocation.adjustments,
            parts=allocation.parts,
        )
        await making.claim(connection, locked, match)
        locked = await self.releaser.reject_all(connection, locked, in_the_way, TAKEN, kept=records)
        at = self.clock()
        await making.add(connection, locked, [match], at=at)
        place = Place(
            organization_id=locked.organization_id,
            reconciliation_id=locked.reconciliation_id,
            at=at,
        )
        closed = match.closed_members
        moved = Moved(
            locked=locked,
            messages=[message_of(match.told(place, seq=locked.seq + 1))],
            matched=len(closed),
            overdue=-sum(1 for one in closed if one.overdue_seq is not None),
        )
        await advance(connection, [moved], at=at)
        await self._try_rest(connection, locked, match)
        return match_id

    async def _try_rest(self, connection: Connection, locked: Locked, match: NewMatch) -> None:
        """Let passes try what is left of members."""
        book = await self.rule_book.in_force(connection, locked)
        rules = PassRules(tried=book.passes, active=book.active, sign_mode=locked.sign_mode)
        rows = [
            OpenRow(
                one.record_id,
                one.entry_no,
                one.side,
                one.fields,
                str(match.parts[one.record_id].left_minor),
            )
            for one in match.members
            if one not in match.closed_members
        ]
        if rows and rules.needed:
            await passes.enlist(connection, locked, keys_of(rules, rows))


def _open(found: entry_store.Found | None, record_id: int, path: str) -> Entry:
    if found is None:
        raise invalid(path, f"record {record_id} is not in this reconciliation")
    if found.match_id is not None:
        raise invalid(
            path, f"record {record_id} is matched by match {found.match_id}: revoke that first"
        )
    if found.ended is not None:
        raise invalid(path, f"record {record_id} is {found.ended}")
    return found.entry


def facts_in(locked: Locked, entry: Entry) -> Facts:
    """Read what an open entry says, as the reconciliation counts it."""
    return facts_of(
        record_id=entry.record_id,
        entry_no=entry.entry_no,
        side=entry.side,
        fields=entry.fields,
        sign_mode=locked.sign_mode,
        left_minor=None if entry.left_minor is None else int(entry.left_minor),
    )
