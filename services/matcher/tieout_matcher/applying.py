"""What a pass found is written: groups of entries in short transactions under K1 and K2."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tieout_contracts.outcomes import (
    Adjustment,
    MismatchEnded,
    MismatchFound,
    Outcome,
    ReasonCode,
    ReasonFound,
)
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.new_match import NewMatch, Part
from tieout_matcher.domain.outcome import Place, view_of
from tieout_matcher.domain.passes.proposal import TOO_LARGE, Remark
from tieout_matcher.domain.passes.reasons import (
    MISMATCHES,
    NOTHING_MORE,
    OF_A_BREAK,
    break_reason,
    foremost,
    sentence,
)
from tieout_matcher.domain.passes.snapshot import Finding, Group, OpenRow, PassRules
from tieout_matcher.store import making, passes, runs, settling
from tieout_matcher.store.reconciliation_lock import Locked, Moved, advance, lock, message_of
from tieout_matcher.store.rule_book import RuleBook
from tieout_runtime.postgres import Connection, Pool, transaction

APPLY_ENTRIES = 500


class RulesChangedError(RuntimeError):
    """The rules are not those of the snapshot any more: it is to be taken again."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is being tried: a reconciliation under one version of its rules, for a run or none."""

    key: tuple[int, int]
    rules_version: int
    rules: PassRules
    run_id: int | None = None


@dataclass(kw_only=True)
class Applied:
    """`stale` are records of groups that changed meanwhile; `made` counts (rule, status)."""

    stale: set[int] = field(default_factory=set)
    made: Counter[tuple[int, str]] = field(default_factory=Counter)


@dataclass(frozen=True, kw_only=True)
class Applying:
    """Writes findings; live traffic waits for one chunk of groups at most."""

    pool: Pool
    rule_book: RuleBook
    clock: Callable[[], datetime]

    async def apply(self, work: Work, groups: Sequence[Group]) -> Applied:
        """Write what was found, in its order; raises RulesChangedError."""
        applied = Applied()
        for chunk in _chunks([one for one in groups if one.findings or _mismatches([one])]):
            async with transaction(self.pool) as connection:
                await self._apply_chunk(connection, work, chunk, applied)
        return applied

    async def finish(
        self, work: Work, rows: Sequence[OpenRow], groups: Sequence[Group], applied: Applied
    ) -> None:
        """Note why entries stay open, and that all were tried but those that changed."""
        remarks = foremost(remark for group in groups for remark in group.remarks)
        async with transaction(self.pool) as connection:
            locked = await self.locked(connection, work)
            tried = [row for row in rows if row.record_id not in applied.stale]
            reasons = await self._new_reasons(connection, locked, tried, remarks)
            over = await self._over(connection, locked, tried, groups)
            await self._tell(connection, locked, reasons, over)
            await passes.tried(connection, work.key, [row.entry_no for row in tried])
            stale = [row.entry_no for row in rows if row.record_id in applied.stale]
            await passes.try_again(connection, work.key, stale)

    async def locked(self, connection: Connection, work: Work) -> Locked:
        locked = (await lock(connection, [work.key]))[work.key]
        if locked.rules_version != work.rules_version or locked.rekey_after is not None:
            raise RulesChangedError(f"rules of {work.key} changed during a pass")
        return locked

    async def _apply_chunk(
        self, connection: Connection, work: Work, groups: Sequence[Group], applied: Applied
    ) -> None:
        locked = await self.locked(connection, work)
        rules = await self.rule_book.rules_of(connection, locked)
        records = {record for group in groups for record in group.records}
        there = await passes.still_open(connection, locked, rules, sorted(records))
        findings: list[Finding] = []
        told: list[Remark] = []
        for group in groups:
            if any(one in applied.stale or one not in there for one in group.records):
                applied.stale.update(group.records)
                continue
            findings += group.findings
            told += _mismatches([group])
        at = self.clock()
        place = Place(organization_id=work.key[0], reconciliation_id=work.key[1], at=at)
        matches = await _matches(connection, work, findings, there)
        await _write(connection, locked, matches, at=at)
        outcomes: list[Outcome] = []
        for match in matches:
            outcomes.append(match.told(place, seq=locked.seq + len(outcomes) + 1))
            applied.made[match.rule_id or 0, match.status] += 1
        for remark in await passes.new_mismatches(connection, locked, told, at=at):
            seq = locked.seq + len(outcomes) + 1
            outcomes.append(_mismatch(place, seq, work.rules, remark, there))
        await advance(connection, [_moved(locked, matches, outcomes)], at=at)
        if work.run_id is not None:
            await runs.tried(connection, work.key[0], work.run_id, len(records))

    async def _new_reasons(
        self,
        connection: Connection,
        locked: Locked,
        rows: Sequence[OpenRow],
        remarks: Mapping[int, Remark],
    ) -> dict[int, tuple[ReasonCode, str]]:
        """Write reasons; returns what was overdue before and has another one for its break now."""
        reasons = {
            row.entry_no: (one.code, sentence(one)) if (one := remarks.get(row.record_id)) else None
            for row in rows
        }
        changed = await passes.give_reasons(connection, locked, reasons)
        return {
            one.record_id: (break_reason(one.code), one.reason or NOTHING_MORE)
            for one in changed
            if one.overdue_seq is not None and (one.code in OF_A_BREAK or one.before in OF_A_BREAK)
        }

    async def _over(
        self,
        connection: Connection,
        locked: Locked,
        rows: Sequence[OpenRow],
        groups: Sequence[Group],
    ) -> list[tuple[int, int]]:
        """Forget mismatches of these rows that were not found again: (record, the other one).

        Of what is too much to be solved nothing is known.
        """
        unsolved = {
            one.record_id for group in groups for one in group.remarks if one.code == TOO_LARGE
        }
        solved = [row.record_id for row in rows if row.record_id not in unsolved]
        return await passes.ended_mismatches(connection, locked, solved, _mismatches(groups))

    async def _tell(
        self,
        connection: Connection,
        locked: Locked,
        reasons: Mapping[int, tuple[ReasonCode, str]],
        over: Sequence[tuple[int, int]],
    ) -> None:
        """Tell of entries that are still open why they are, and that they differ no more."""
        if not reasons and not over:
            return
        at = self.clock()
        rules = await self.rule_book.rules_of(connection, locked)
        records = {*reasons, *(record_id for record_id, _ in over)}
        there = await passes.still_open(connection, locked, rules, sorted(records))
        named: dict[str, Any] = {
            "organization_id": locked.organization_id,
            "reconciliation_id": locked.reconciliation_id,
            "at": at,
        }
        told: list[tuple[type[MismatchEnded | ReasonFound], dict[str, Any]]] = [
            (MismatchEnded, {"other_record_id": other, "entry": view_of(there[record_id])})
            for record_id, other in over
            if record_id in there
        ]
        told += [
            (ReasonFound, {"reason_code": code, "reason": text, "entry": view_of(there[record_id])})
            for record_id, (code, text) in reasons.items()
            if record_id in there
        ]
        messages = [
            message_of(outcome(**named, **said, seq=locked.seq + number))
            for number, (outcome, said) in enumerate(told, start=1)
        ]
        await advance(connection, [Moved(locked=locked, messages=messages)], at=at)


def _chunks(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Cut into chunks of whole groups, of so many entries unless one group has more."""
    chunk: list[Group] = []
    size = 0
    for group in groups:
        if chunk and size + len(group.records) > APPLY_ENTRIES:
            yield chunk
            chunk, size = [], 0
        chunk.append(group)
        size += len(group.records)
    if chunk:
        yield chunk


def _mismatches(groups: Sequence[Group]) -> list[Remark]:
    return [one for group in groups for one in group.remarks if one.code in MISMATCHES]


async def _matches(
    connection: Connection, work: Work, findings: Sequence[Finding], there: Mapping[int, Entry]
) -> list[NewMatch]:
    identifiers = await settling.match_ids(connection, len(findings))
    return [
        NewMatch(
            match_id=match_id,
            kind=found.kind,
            members=[there[record] for record in found.members],
            status="suggested" if found.doubt else "accepted",
            rule_id=found.rule.rule_id,
            rule_version=found.rule.version,
            run_id=work.run_id,
            score=found.score,
            candidates=found.candidates,
            doubt=found.doubt,
            others=found.others,
            greedy=found.greedy,
            adjustments=_adjustments(found),
            parts={
                record: Part(allocated_minor=int(left), left_minor=0)
                for record in found.members
                if (left := there[record].left_minor) is not None
            },
        )
        for match_id, found in zip(identifiers, findings, strict=True)
    ]


def _adjustments(found: Finding) -> list[Adjustment]:
    if found.difference_minor == 0:
        return []
    amount = str(found.difference_minor)
    return [
        Adjustment(
            amount_minor=amount,
            exponent=found.exponent,
            currency=found.currency,
            reason="tolerance",
        )
    ]


async def _write(
    connection: Connection, locked: Locked, matches: Sequence[NewMatch], *, at: datetime
) -> None:
    accepted = [one for one in matches if one.status == "accepted"]
    claimed = [entry for one in accepted for entry in one.members]
    await settling.claim(connection, {locked.key: claimed})
    await making.add(connection, locked, matches, at=at)
    await making.reserve(connection, locked, [one for one in matches if one.status == "suggested"])


def _moved(locked: Locked, matches: Sequence[NewMatch], outcomes: Sequence[Outcome]) -> Moved:
    closed = [entry for one in matches if one.status == "accepted" for entry in one.closed_members]
    return Moved(
        locked=locked,
        messages=[message_of(one) for one in outcomes],
        matched=len(closed),
        overdue=-sum(1 for entry in closed if entry.overdue_seq is not None),
    )


def _mismatch(
    place: Place, seq: int, rules: PassRules, remark: Remark, there: Mapping[int, Entry]
) -> MismatchFound:
    rule = next(one for one in rules.active if one.rule_id == remark.rule_id)
    return MismatchFound(
        organization_id=place.organization_id,
        reconciliation_id=place.reconciliation_id,
        seq=seq,
        at=place.at,
        rule_id=rule.rule_id,
        rule_version=rule.version,
        reason_code=OF_A_BREAK[remark.code],
        reason=sentence(remark),
        entry=view_of(there[remark.record_id]),
        other=view_of(there[remark.other_record_id or 0]),
    )
