"""Changes of records that ingest asks for: everywhere or nowhere, and the same answer for ever."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from tieout_contracts.record import RecordVersion, RecordWithdrawn
from tieout_matcher.arriving import UnreadableError
from tieout_matcher.revising import Reviser
from tieout_matcher.store import awaited, record_changes
from tieout_matcher.turn import Turn
from tieout_runtime.postgres import Connection

Outcome = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class RecordChanges:
    """Decides under K1 whether a record may change, and changes it in the same transaction."""

    reviser: Reviser
    clock: Callable[[], datetime]

    async def decide(
        self, connection: Connection, change_id: int, version: RecordVersion
    ) -> Outcome:
        """Make `version` what the record says in all its reconciliations, unless one holds a match.

        Its reconciliation and side are filled in here. An entry that has not arrived has it when
        it does; one that says a later version already keeps that.
        """
        key = (version.organization_id, change_id)
        if not await record_changes.begin(
            connection, key, record_id=version.record_id, at=self.clock()
        ):
            return await record_changes.outcome_of(connection, key)
        sides = await record_changes.sides_of(
            connection,
            version.organization_id,
            version.stream_id,
            record_ids=[version.record_id],
        )
        messages = [
            replace(version, reconciliation_id=reconciliation_id, side=side)
            for reconciliation_id, side in sides.items()
        ]
        turns = await self.reviser.turns(connection, messages)
        outcome = await self._refusal(connection, turns, version)
        if outcome is None:
            outcome = await self._change(connection, turns, messages)
        await record_changes.fix(connection, key, outcome)
        return outcome

    async def withdraw_all(
        self, connection: Connection, changes: Mapping[int, RecordWithdrawn]
    ) -> Outcome:
        """Withdraw records of one stream, by the numbers of their changes: all of them or none.

        They are decided as one: each number has this outcome for ever. What one of them leaves in
        a suggestion is decided again, and withdrawn in its turn.
        """
        first = next(iter(changes.values()))
        key = (first.organization_id, min(changes))
        if not await record_changes.begin_all(
            connection,
            first.organization_id,
            {number: one.record_id for number, one in changes.items()},
            at=self.clock(),
        ):
            return await record_changes.outcome_of(connection, key)
        sides = await record_changes.sides_of(
            connection,
            first.organization_id,
            first.stream_id,
            record_ids=[one.record_id for one in changes.values()],
        )
        messages = [
            replace(one, reconciliation_id=reconciliation_id, side=side)
            for one in changes.values()
            for reconciliation_id, side in sides.items()
        ]
        outcome = await self._withdraw(connection, messages)
        await record_changes.fix_all(connection, first.organization_id, list(changes), outcome)
        return outcome

    async def _withdraw(
        self, connection: Connection, messages: Sequence[RecordWithdrawn]
    ) -> Outcome:
        turns = await self.reviser.turns(connection, messages)
        for message in messages:
            refused = await self._refusal(connection, turns, message)
            if refused is not None:
                return refused
        arrived: dict[int, RecordVersion] = {}
        for index, message in enumerate(messages):
            turn = turns[message.organization_id, message.reconciliation_id]
            if turn.standing(message.record_id) is None:
                await awaited.put_version(connection, turn.locked, message)
            else:
                arrived[index] = message
        await self.reviser.take(connection, arrived)
        return {"status": "done"}

    async def cancel(
        self, connection: Connection, key: tuple[int, int], *, record_id: int
    ) -> Outcome:
        """Make an undecided change impossible for ever; a decided one answers its outcome."""
        if not await record_changes.begin(connection, key, record_id=record_id, at=self.clock()):
            return await record_changes.outcome_of(connection, key)
        outcome = {"status": "cancelled"}
        await record_changes.fix(connection, key, outcome)
        return outcome

    async def _change(
        self,
        connection: Connection,
        turns: Mapping[tuple[int, int], Turn],
        messages: list[RecordVersion],
    ) -> Outcome:
        arrived: list[tuple[Turn, RecordVersion]] = []
        waiting: list[tuple[Turn, RecordVersion]] = []
        for message in messages:
            turn = turns[message.organization_id, message.reconciliation_id]
            found = turn.standing(message.record_id)
            (waiting if found is None else arrived).append((turn, message))
        try:
            for turn, message in waiting:
                turn.arriving.require_readable(message)
            for turn, message in arrived:
                turn.take(message)
        except UnreadableError as error:
            return {"status": "refused", "code": "not_readable", "message": str(error)}
        for turn, message in waiting:
            await awaited.put_version(connection, turn.locked, message)
        await self.reviser.settle(connection, turns.values())
        return {"status": "done"}

    async def _refusal(
        self,
        connection: Connection,
        turns: Mapping[tuple[int, int], Turn],
        version: RecordVersion,
    ) -> Outcome | None:
        """Name the first match that holds the record, or a part of it, as it is now."""
        for key, turn in turns.items():
            found = turn.standing(version.record_id)
            if found is None or found.entry.version >= version.version:
                continue
            for match_id in await self.reviser.holding(connection, turn, version.record_id):
                return {
                    "status": "refused",
                    "code": "already_matched",
                    "message": f"record {version.record_id} is matched in reconciliation {key[1]}"
                    f" by match {match_id}: revoke that match first",
                    "reconciliation_id": key[1],
                    "match_id": match_id,
                }
        return None
