"""Gather, decide, apply: entries that arrive (or count as just arrived) are decided and written.

The one way in which any entry is decided: new records, entries re-keyed after a rule changed,
entries that a revoke released.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from tieout_matcher.domain.decide import Blocks, Decision, Entry, Pair, decide
from tieout_matcher.domain.outcome import Place, accepted, unmatched
from tieout_matcher.domain.plan import RuleSet
from tieout_matcher.store import settling
from tieout_matcher.store.reconciliation_lock import Locked, Moved, message_of
from tieout_matcher.store.writing import (
    Settled,
    add_entries,
    entry_rows,
    memberships,
    write_decisions,
)
from tieout_runtime.outbox import Message
from tieout_runtime.postgres import Connection, meanwhile


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """Entries of one locked reconciliation, in the order in which they count as arriving.

    `new` ones have no rows yet and are told of even when they stay open; those of `again` have
    rows all the same (records that arrive together with later versions of others). `deferred` ones
    wait, without keys, for the re-keying under way. `before` are messages already made of this
    change.
    """

    locked: Locked
    rules: RuleSet
    entries: Sequence[Entry]
    new: bool
    again: Collection[int] = ()
    deferred: Sequence[Entry] = ()
    blocks: Blocks = ()
    before: Sequence[Message] = ()

    @property
    def new_entries(self) -> list[Entry]:
        if not self.new:
            return []
        entries = [*self.entries, *self.deferred]
        return (
            [one for one in entries if one.record_id not in self.again] if self.again else entries
        )


async def settle(
    connection: Connection, arrivals: Sequence[Arrivals], *, at: datetime
) -> list[Moved]:
    """Decide and write; returns how each reconciliation moved, for `advance`.

    Raises StaleClaimError when a counterpart was taken meanwhile (cannot happen under K1).
    """
    pool = await settling.candidates(
        connection, [(one.locked, one.rules, one.entries, len(one.blocks)) for one in arrivals]
    )
    decisions = [
        decide(
            rules=one.rules,
            arrivals=one.entries,
            candidates=pool.get(one.locked.key, ()),
            blocks=one.blocks,
        )
        for one in arrivals
    ]
    pairs = sum(1 for made in decisions for outcome in made.outcomes if outcome)
    identifiers = iter(await settling.match_ids(connection, pairs))
    settled = []
    for one, decision in zip(arrivals, decisions, strict=True):
        made = [(next(identifiers), pair) for pair in decision.outcomes if pair]
        settled.append(_settled(one, decision, made))
    matches = memberships(settled)
    rows = await meanwhile(
        settling.claim(connection, {one.locked.key: one.claimed for one in settled}),
        lambda: entry_rows(settled, matches),
    )
    moves = await meanwhile(
        add_entries(connection, rows),
        lambda: [
            _moved(one, decision, done.made, at)
            for one, decision, done in zip(arrivals, decisions, settled, strict=True)
        ],
    )
    await write_decisions(connection, settled, matches, at=at)
    return moves


def _settled(one: Arrivals, decision: Decision, made: Sequence[tuple[int, Pair]]) -> Settled:
    return Settled(
        locked=one.locked,
        rules=one.rules,
        new_entries=one.new_entries,
        left_open=[*decision.left_open, *one.deferred],
        claimed=decision.claimed,
        made=made,
    )


def _moved(
    one: Arrivals, decision: Decision, made: Sequence[tuple[int, Pair]], at: datetime
) -> Moved:
    place = Place(
        organization_id=one.locked.organization_id,
        reconciliation_id=one.locked.reconciliation_id,
        at=at,
    )
    opened = [*decision.left_open, *one.deferred]
    return Moved(
        locked=one.locked,
        messages=_told(one, decision, made, place),
        entries=len(one.entries) + len(one.deferred) - len(one.again) if one.new else 0,
        matched=2 * len(made),
        overdue=-sum(
            1 for _, pair in made for entry in pair.members if entry.overdue_seq is not None
        ),
        overdue_at=min(
            (entry.overdue_at for entry in opened if entry.overdue_seq is None), default=None
        ),
    )


def _told(
    one: Arrivals, decision: Decision, made: Sequence[tuple[int, Pair]], place: Place
) -> list[Message]:
    """Tell each new entry at its number; what those of `again` complete comes last."""
    messages, again = list(one.before), one.again
    waiting = iter(made)
    completed = []

    def tell(match_id: int, pair: Pair) -> None:
        seq = one.locked.seq + len(messages) + 1
        rule = one.rules.rules[pair.rule_index].rule
        messages.append(
            message_of(accepted(place, seq=seq, match_id=match_id, pair=pair, rule=rule))
        )

    def tell_open(entry: Entry) -> None:
        if one.new and not (again and entry.record_id in again):
            seq = one.locked.seq + len(messages) + 1
            messages.append(message_of(unmatched(place, seq=seq, entry=entry)))

    for entry, pair in zip(one.entries, decision.outcomes, strict=True):
        if pair is None:
            tell_open(entry)
        elif again and entry.record_id in again:
            completed.append(next(waiting))
        else:
            tell(*next(waiting))
    for entry in one.deferred:
        tell_open(entry)
    for match_id, pair in completed:
        tell(match_id, pair)
    return messages


def unkeyed(entry: Entry) -> Entry:
    """Leave out what an entry says under the rules: it gets no keys until it is re-keyed."""
    return msgspec.structs.replace(entry, texts=(None,) * len(entry.texts), hashes=())


def partly(entry: Entry, left_minor: str) -> Entry:
    """Say what is left of a partly matched entry: arrival does not decide it."""
    return msgspec.structs.replace(unkeyed(entry), left_minor=left_minor)


def by_turn(entries: Sequence[Entry], rekeying_from: int | None) -> tuple[list[Entry], list[Entry]]:
    """Split entries into those decided now and those that a re-keying under way will reach."""
    if rekeying_from is None:
        return list(entries), []
    now = [entry for entry in entries if entry.entry_no <= rekeying_from]
    later = [unkeyed(entry) for entry in entries if entry.entry_no > rekeying_from]
    return now, later
