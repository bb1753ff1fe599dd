"""Deliveries that hold more than first versions, and changes that are asked for.

Records are taken in log order, many together: a turn ends before a message whose entry, as it
stands now, what came before it in the turn could still take. So a turn decides as one by one
would, and an import that books what was pending is a few turns, not thousands.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tieout_contracts.record import RecordVersion, RecordWithdrawn
from tieout_matcher.arriving import Arriving, UnreadableError
from tieout_matcher.domain.later_versions import Standing, reason_of
from tieout_matcher.domain.overdue import Deadlines
from tieout_matcher.released import Releaser
from tieout_matcher.settle import by_turn, settle
from tieout_matcher.store import awaited, reconciliation_changes, released, settling
from tieout_matcher.store import standing as standings
from tieout_matcher.store.reconciliation_lock import advance, lock
from tieout_matcher.store.rule_book import RuleBook
from tieout_matcher.turn import Known, Turn
from tieout_runtime.intake import Refusals
from tieout_runtime.postgres import Connection

TURN_RECORDS = 500  # what stands is read again for each turn
Key = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Reviser:
    """Takes versions of records of which some arrived before."""

    rule_book: RuleBook
    releaser: Releaser
    clock: Callable[[], datetime]

    async def take(self, connection: Connection, records: Mapping[int, RecordVersion]) -> Refusals:
        """Take records in their order; answers index → reason for those it refuses."""
        refused: dict[int, str] = {}
        waiting = list(records.items())
        while waiting:
            head = waiting[:TURN_RECORDS]
            turns = await self.turns(connection, [message for _, message in head])
            index, first = head[0]
            turn = turns.get((first.organization_id, first.reconciliation_id))
            if turn is not None and turn.parts(first):
                try:
                    await self._part(connection, turn, first)
                except UnreadableError as error:
                    refused[index] = str(error)
                    waiting = waiting[1:]
                continue
            taken = 0
            for index, message in head:
                turn = turns.get((message.organization_id, message.reconciliation_id))
                if turn is not None and not turn.fits(message):
                    break
                taken += 1
                try:
                    _taken_by(turn, message)
                except UnreadableError as error:
                    refused[index] = str(error)
            await self.settle(connection, turns.values())
            waiting = waiting[taken:]
        return refused

    async def _part(self, connection: Connection, turn: Turn, message: RecordVersion) -> None:
        """Take apart the matches that a version ends; raises UnreadableError before it does.

        Their other members are decided again; the entry itself is when it says the new version.
        """
        turn.arriving.require_readable(message)
        reason = reason_of(message.record_id, withdrawn=isinstance(message, RecordWithdrawn))
        for match_id in await self.holding(connection, turn, message.record_id):
            await self.releaser.revoke(
                connection,
                organization_id=message.organization_id,
                match_id=match_id,
                reason=reason,
                block=False,
                kept=[message.record_id],
            )

    async def holding(self, connection: Connection, turn: Turn, record_id: int) -> list[int]:
        """Return the accepted matches that hold a record or a part of it."""
        found = turn.standing(record_id)
        if found is None or not found.is_bound:
            return []
        key = turn.locked.key
        return await standings.holding(connection, key, record_id, found.match_id)

    async def turns(
        self, connection: Connection, messages: Sequence[RecordVersion]
    ) -> dict[Key, Turn]:
        """Lock the reconciliations of messages and read where their entries stand."""
        asked: dict[Key, list[int]] = {}
        for one in messages:
            asked.setdefault((one.organization_id, one.reconciliation_id), []).append(one.record_id)
        locked = await lock(connection, asked)
        rules = {key: await self.rule_book.rules_of(connection, one) for key, one in locked.items()}
        asked = {key: asked[key] for key in locked}
        entries = await standings.of_records(connection, asked, rules)
        suggested = await standings.suggested(connection, entries, locked)
        entries |= await standings.of_records(connection, _others(suggested, entries), rules)
        known = Known(
            entries=entries,
            suggested={match_id: one.records for match_id, one in suggested.items()},
            awaited=await awaited.versions(
                connection, {key: asked[key] for key, one in locked.items() if one.awaited_versions}
            ),
        )
        at = self.clock()
        return {
            key: Turn(
                arriving=Arriving(locked=one, rules=rules[key], deadlines=Deadlines(one.timezone)),
                known=known,
                at=at,
            )
            for key, one in locked.items()
        }

    async def settle(self, connection: Connection, turns: Iterable[Turn]) -> None:
        """Write what turns took, and decide what is new or counts as just arrived."""
        turns = [one for one in turns if not one.is_empty]
        if not turns:
            return
        at = turns[0].at
        await settling.claim(
            connection,
            {
                one.locked.key: [each for step in one.steps for each in step.claimed]
                for one in turns
            },
        )
        await standings.write(connection, {one.locked.key: one.steps for one in turns}, at=at)
        await standings.add_withdrawn(
            connection, {one.locked.key: one.gone for one in turns}, at=at
        )
        await reconciliation_changes.keep_left(
            connection, [(one.locked.key, entry) for one in turns for entry in one.left]
        )
        arrivals = []
        for one in turns:
            await self._take_awaited(connection, one)
            one.numbered()
            blocks = await released.blocks_of(connection, one.locked, one.again)
            arrivals.append(one.arrivals(blocks))
        moves = await settle(connection, arrivals, at=at)
        totals = [one.moved(move) for one, move in zip(turns, moves, strict=True)]
        await advance(connection, totals, at=at)
        for one in turns:
            now, _ = by_turn(one.again, one.locked.rekey_after)
            await self.releaser.enlist(connection, one.locked, one.arriving.rules, now)

    async def _take_awaited(self, connection: Connection, turn: Turn) -> None:
        if turn.no_more_awaited:
            await awaited.forget_versions(connection, turn.locked, turn.no_more_awaited)
        if turn.locked.awaited:
            new = [entry for entry in turn.entries if entry.record_id in turn.new]
            timed = await awaited.take(connection, turn.locked, [*new, *turn.gone])
            by_record = {entry.record_id: entry for entry in timed}
            turn.entries = [by_record.get(one.record_id, one) for one in turn.entries]


def _taken_by(turn: Turn | None, message: RecordVersion) -> None:
    """Have a message taken; raises UnreadableError."""
    if turn is None:
        raise UnreadableError(f"there is no reconciliation {message.reconciliation_id}")
    turn.take(message)


def _others(
    suggested: Mapping[int, standings.Suggested], entries: Mapping[tuple[int, int], Standing]
) -> dict[Key, list[int]]:
    """Name the members of suggestions that are not known yet."""
    found: dict[Key, list[int]] = {}
    for one in suggested.values():
        unknown = [record for record in one.records if (one.key[1], record) not in entries]
        if unknown:
            found.setdefault(one.key, []).extend(unknown)
    return found
