"""Commands with an operation id: the same one again has the same outcome for ever."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tieout_matcher.domain.adjusted import StatedAdjustment, stated_adjustment
from tieout_matcher.domain.allocation import Allocation, AllocationError, carried, whole_parts
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.forced import (
    ForceRefusedError,
    ResidualTreatment,
    require_publishable,
    residual_of,
)
from tieout_matcher.manual import ManualMatches, facts_in
from tieout_matcher.store import entries as entry_store
from tieout_matcher.store.reconciliation_lock import Locked, lock
from tieout_matcher.store.rule_book import RuleBook
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import not_found
from tieout_runtime.queries import load_queries

_OWN = load_queries("tieout_matcher", "operations.sql")


@dataclass(frozen=True, kw_only=True)
class ForceMatch:
    """What exceptions asks for; `record_id` is the entry that the break is about.

    What does not tie is treated as said, or is an adjustment that the person stated.
    """

    organization_id: int
    operation_id: int
    reconciliation_id: int
    record_id: int
    counterpart_record_ids: Sequence[int]
    residual_treatment: ResidualTreatment | StatedAdjustment

    @property
    def key(self) -> tuple[int, int]:
        return (self.organization_id, self.reconciliation_id)


@dataclass(frozen=True, kw_only=True)
class Operations:
    """Carries out operations under K1; refusals are outcomes too."""

    rule_book: RuleBook
    manual: ManualMatches
    clock: Callable[[], datetime]

    async def force_match(self, connection: Connection, asked: ForceMatch) -> dict[str, Any]:
        """Make the match, or answer what this operation ended in before.

        Raises Problem 404 for an unknown reconciliation; nothing is fixed then.
        """
        locked = (await lock(connection, [asked.key])).get(asked.key)
        if locked is None:
            raise not_found("reconciliation")
        earlier = await _find(connection, asked.organization_id, asked.operation_id)
        if earlier is not None:
            return earlier
        if locked.is_deleted:
            raise not_found("reconciliation")
        at = self.clock()
        try:
            outcome = await self._make(connection, locked, asked)
        except ForceRefusedError as error:
            outcome = {"status": "refused", "code": error.code, "message": error.message}
            if isinstance(error, _MatchedMeanwhileError) and error.record_id == asked.record_id:
                outcome["matched_by"] = error.match_id
        await _fix(connection, locked, asked.operation_id, outcome, at)
        return outcome

    async def cancel(
        self, connection: Connection, key: tuple[int, int], operation_id: int
    ) -> dict[str, Any]:
        """Make an undecided operation impossible for ever; a decided one answers its outcome."""
        locked = (await lock(connection, [key])).get(key)
        if locked is None:
            raise not_found("reconciliation")
        earlier = await _find(connection, key[0], operation_id)
        if earlier is not None:
            return earlier
        outcome = {"status": "cancelled"}
        await _fix(connection, locked, operation_id, outcome, self.clock())
        return outcome

    async def _make(
        self, connection: Connection, locked: Locked, asked: ForceMatch
    ) -> dict[str, Any]:
        rules = await self.rule_book.rules_of(connection, locked)
        members = []
        for record_id in dict.fromkeys((asked.record_id, *asked.counterpart_record_ids)):
            found = await entry_store.entry_for_command(connection, locked, rules, record_id)
            members.append(_open_entry(record_id, found))
        match_id = await self.manual.write(
            connection,
            locked,
            members,
            _allocation(asked, members, locked),
            kind="force",
            operation_id=asked.operation_id,
        )
        return {"status": "done", "match_id": match_id}


class _MatchedMeanwhileError(ForceRefusedError):
    def __init__(self, record_id: int, match_id: int) -> None:
        super().__init__("entry_not_open", f"record {record_id} is matched by match {match_id}")
        self.record_id = record_id
        self.match_id = match_id


def _allocation(asked: ForceMatch, members: Sequence[Entry], locked: Locked) -> Allocation:
    """Work out what makes it tie; raises ForceRefusedError."""
    facts = [facts_in(locked, one) for one in members]
    if asked.residual_treatment == "carry":
        require_publishable(members)
        try:
            return carried(facts)
        except AllocationError as error:
            raise ForceRefusedError(error.code, error.message) from error
    entry, counterparts, sign_mode = members[0], members[1:], locked.sign_mode
    treatment = asked.residual_treatment
    adjustments = (
        stated_adjustment(entry, counterparts, sign_mode=sign_mode, stated=treatment)
        if isinstance(treatment, StatedAdjustment)
        else residual_of(entry, counterparts, sign_mode=sign_mode, treatment=treatment)
    )
    return Allocation(parts=whole_parts(facts), adjustments=tuple(adjustments))


def _open_entry(record_id: int, found: entry_store.Found | None) -> Entry:
    if found is None:
        raise ForceRefusedError(
            "entry_unknown", f"record {record_id} is not in this reconciliation"
        )
    if found.ended is not None:
        raise ForceRefusedError("entry_not_open", f"record {record_id} is {found.ended}")
    if found.match_id is not None:
        raise _MatchedMeanwhileError(record_id, found.match_id)
    return found.entry


async def _find(
    connection: Connection, organization_id: int, operation_id: int
) -> dict[str, Any] | None:
    stored = await connection.fetchval(_OWN["find"], organization_id, operation_id)
    return None if stored is None else json.loads(stored)


async def _fix(
    connection: Connection, locked: Locked, operation_id: int, outcome: dict[str, Any], at: datetime
) -> None:
    key = (locked.organization_id, operation_id, locked.reconciliation_id)
    await connection.execute(_OWN["add"], *key, json.dumps(outcome), at)
