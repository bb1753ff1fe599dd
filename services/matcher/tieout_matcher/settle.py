"""Gather, decide, apply: entries that arrive (or count as just arrived) are decided and written.

The one way in which any entry is decided: new records, entries re-keyed after a rule changed,
entries that a revoke released.
"""

from collections.abc import Sequence
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

    `new` ones have no rows yet and are told of even when they stay open. `deferred` ones wait,
    without keys, for the re-keying under way. `before` are messages already made of this change.
    """

    locked: Locked
    rules: RuleSet
    entries: Sequence[Entry]
    new: bool
    deferred: Sequence[Entry] = ()
    blocks: Blocks = ()
    before: Sequence[Message] = ()


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
        new_entries=[*one.entries, *one.deferred] if one.new else [],
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
    messages = list(one.before)
    waiting = iter(made)
    for entry, pair in zip(one.entries, decision.outcomes, strict=True):
        seq = one.locked.seq + len(messages) + 1
        if pair is not None:
            match_id, _ = next(waiting)
            rule = one.rules.rules[pair.rule_index].rule
            outcome = accepted(place, seq=seq, match_id=match_id, pair=pair, rule=rule)
            messages.append(message_of(outcome))
        elif one.new:
            messages.append(message_of(unmatched(place, seq=seq, entry=entry)))
    for entry in one.deferred:
        if one.new:
            seq = one.locked.seq + len(messages) + 1
            messages.append(message_of(unmatched(place, seq=seq, entry=entry)))
    opened = [*decision.left_open, *one.deferred]
    return Moved(
        locked=one.locked,
        messages=messages,
        entries=len(one.entries) + len(one.deferred) if one.new else 0,
        matched=2 * len(made),
        overdue=-sum(
            1 for _, pair in made for entry in pair.members if entry.overdue_seq is not None
        ),
        overdue_at=min(
            (entry.overdue_at for entry in opened if entry.overdue_seq is None), default=None
        ),
    )


def unkeyed(entry: Entry) -> Entry:
    """Leave out what an entry says under the rules: it gets no keys until it is re-keyed."""
    return msgspec.structs.replace(entry, texts=(None,) * len(entry.texts), hashes=())
