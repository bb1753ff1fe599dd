"""Accepting what a pass suggested: the reserved members are claimed, and the match is one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tieout_matcher.domain.new_match import NewMatch, Part
from tieout_matcher.domain.outcome import Place
from tieout_matcher.store import making, released, settling
from tieout_matcher.store.reconciliation_lock import Locked, Moved, advance, lock, message_of
from tieout_matcher.store.rule_book import RuleBook
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, not_found


@dataclass(frozen=True, kw_only=True)
class Suggestions:
    """What people decide of suggestions; rejecting one is a release (released.py)."""

    rule_book: RuleBook
    clock: Callable[[], datetime]

    async def accept(self, connection: Connection, *, organization_id: int, match_id: int) -> None:
        """Accept a suggestion; nothing changes when it is accepted already.

        Raises Problem 404 for an unknown match, 409 `match_decided` for one rejected or revoked.
        """
        reconciliation_id = await released.reconciliation_of(connection, organization_id, match_id)
        if reconciliation_id is None:
            raise not_found("match")
        key = (organization_id, reconciliation_id)
        locked = (await lock(connection, [key]))[key]
        row = await making.match_row(connection, organization_id, match_id)
        if row["status"] == "accepted":
            return
        if row["status"] != "suggested":
            raise Problem(409, "match_decided", f"the match was {row['status']}")
        await self._accept(connection, locked, row)

    async def _accept(self, connection: Connection, locked: Locked, row: making.Row) -> None:
        rules = await self.rule_book.rules_of(connection, locked)
        members = await released.entries_again(connection, locked, rules, row["members"])
        order = {record_id: place for place, record_id in enumerate(row["members"])}
        members.sort(key=lambda one: order[one.record_id])
        at = self.clock()
        await settling.claim(connection, {locked.key: members})
        await making.join(connection, locked, [(one.record_id, row["id"]) for one in members])
        await making.decide_suggestion(
            connection, locked.organization_id, row["id"], status="accepted", at=at
        )
        match = NewMatch(
            match_id=row["id"],
            kind=row["kind"],
            members=members,
            rule_id=row["rule_id"],
            rule_version=row["rule_version"],
            run_id=row["run_id"],
            score=row["score"],
            parts={
                record_id: Part(allocated_minor=int(taken), left_minor=0)
                for record_id, taken in zip(
                    row["members"], row["allocated"] or [None] * len(members), strict=True
                )
                if taken is not None
            },
            adjustments=await making.adjustments_of(connection, locked.organization_id, row["id"]),
        )
        place = Place(
            organization_id=locked.organization_id,
            reconciliation_id=locked.reconciliation_id,
            at=at,
        )
        moved = Moved(
            locked=locked,
            messages=[message_of(match.told(place, seq=locked.seq + 1))],
            matched=len(members),
            overdue=-sum(1 for one in members if one.overdue_seq is not None),
        )
        await advance(connection, [moved], at=at)
