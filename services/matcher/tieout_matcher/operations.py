"""Commands with an operation id: the same one again has the same outcome for ever."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tieout_contracts.outcomes import Adjustment, MatchAccepted
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.forced import ForceRefusedError, ResidualTreatment, residual_of
from tieout_matcher.domain.outcome import view_of
from tieout_matcher.store import entries as entry_store
from tieout_matcher.store import settling
from tieout_matcher.store.copying import array_text
from tieout_matcher.store.reconciliation_lock import SQL, Locked, Moved, advance, lock, message_of
from tieout_matcher.store.rule_book import RuleBook
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import not_found
from tieout_runtime.queries import load_queries

_OWN = load_queries("tieout_matcher", "operations.sql")


@dataclass(frozen=True, kw_only=True)
class ForceMatch:
    """What exceptions asks for; `record_id` is the entry that the break is about."""

    organization_id: int
    operation_id: int
    reconciliation_id: int
    record_id: int
    counterpart_record_ids: Sequence[int]
    residual_treatment: ResidualTreatment

    @property
    def key(self) -> tuple[int, int]:
        return (self.organization_id, self.reconciliation_id)


@dataclass(frozen=True, kw_only=True)
class Operations:
    """Carries out operations under K1; refusals are outcomes too."""

    rule_book: RuleBook
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
        at = self.clock()
        try:
            outcome = await self._make(connection, locked, asked, at)
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
        self, connection: Connection, locked: Locked, asked: ForceMatch, at: datetime
    ) -> dict[str, Any]:
        rules = await self.rule_book.rules_of(connection, locked)
        members = []
        for record_id in dict.fromkeys((asked.record_id, *asked.counterpart_record_ids)):
            found = await entry_store.entry_for_command(connection, locked, rules, record_id)
            members.append(_open_entry(record_id, found))
        adjustments = residual_of(
            members[0],
            members[1:],
            sign_mode=locked.sign_mode,
            treatment=asked.residual_treatment,
        )
        await settling.claim(connection, {locked.key: members})
        (match_id,) = await settling.match_ids(connection, 1)
        await _write(connection, asked, match_id, members, adjustments, at)
        members.sort(key=lambda one: (one.side, one.entry_no))
        told = MatchAccepted(
            organization_id=locked.organization_id,
            reconciliation_id=locked.reconciliation_id,
            seq=locked.seq + 1,
            at=at,
            match_id=match_id,
            kind="force",
            operation_id=asked.operation_id,
            members=[view_of(entry) for entry in members],
            adjustments=adjustments,
        )
        no_more_overdue = sum(1 for one in members if one.overdue_seq is not None)
        moved = Moved(
            locked=locked,
            messages=[message_of(told)],
            matched=len(members),
            overdue=-no_more_overdue,
        )
        await advance(connection, [moved], at=at)
        return {"status": "done", "match_id": match_id}


class _MatchedMeanwhileError(ForceRefusedError):
    def __init__(self, record_id: int, match_id: int) -> None:
        super().__init__("entry_not_open", f"record {record_id} is matched by match {match_id}")
        self.record_id = record_id
        self.match_id = match_id


def _open_entry(record_id: int, found: entry_store.Found | None) -> Entry:
    if found is None:
        raise ForceRefusedError(
            "entry_unknown", f"record {record_id} is not in this reconciliation"
        )
    if found.match_id is not None:
        raise _MatchedMeanwhileError(record_id, found.match_id)
    return found.entry


async def _write(
    connection: Connection,
    asked: ForceMatch,
    match_id: int,
    members: Sequence[Entry],
    adjustments: Sequence[Adjustment],
    at: datetime,
) -> None:
    records = [one.record_id for one in sorted(members, key=lambda one: (one.side, one.entry_no))]
    organization_id, reconciliation_id = asked.key
    made_by = ("force", asked.operation_id)
    await connection.execute(
        _OWN["add_match"], organization_id, match_id, reconciliation_id, *made_by, records, at
    )
    for number, one in enumerate(adjustments, start=1):
        amount = Decimal(one.amount_minor)
        money = (amount, one.exponent, one.currency, one.reason)
        await connection.execute(_OWN["add_adjustment"], organization_id, match_id, number, *money)
    members_text, matches_text = array_text(records), array_text([match_id] * len(records))
    place = ([organization_id], [reconciliation_id])
    await connection.execute(SQL["set_match"], *place, [members_text], [matches_text])


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
