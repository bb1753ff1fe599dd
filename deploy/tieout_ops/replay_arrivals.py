"""The matcher's journal read as a story of arrivals: which record came when, and what it matched.

Each arriving record makes exactly one outcome (ADR 0006). As long as nothing but arrivals took or
gave back entries, the same records make the same story; what ends that is named.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from tieout_contracts.outcomes import (
    EntryOverdue,
    EntryUnmatched,
    EntryView,
    MatchAccepted,
    MismatchEnded,
    MismatchFound,
    Outcome,
    ReasonFound,
)
from tieout_ops.replay_journal import Key, outcome_chunks
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

SQL = load_queries("tieout_ops", "replay_matcher.sql")
_decode: Any = msgspec.json.Decoder(Outcome).decode
# They tell more of open entries, and take or give back none.
_TELLING = EntryOverdue | MismatchFound | MismatchEnded | ReasonFound


class NotComparableError(ValueError):
    """From here on the story is not of arrivals alone; the message says what it has."""


class RekeyedError(NotComparableError):
    """Entries were matched after their arrival: until then the rules were not in force for them."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A record as it came in; `match` is what it completed, empty when it stayed open."""

    record_id: int
    version: int
    match: str

    @property
    def line(self) -> str:
        return f"record {self.record_id} version {self.version}: {self.match or 'open'}"


@dataclass(kw_only=True)
class _Story:
    """Which records are open, and since when the rules are others."""

    rules_changed: datetime | None
    open: set[int] = field(default_factory=set)

    def arrived(self, outcome: Any) -> EntryView | None:
        """Return the record that made the outcome arrive; None when it only tells of another.

        Raises NotComparableError.
        """
        if self.rules_changed is not None and outcome.at >= self.rules_changed:
            raise NotComparableError(f"a change of rules before outcome {outcome.seq}")
        if isinstance(outcome, _TELLING):
            return None
        if isinstance(outcome, EntryUnmatched):
            self.open.add(outcome.entry.record_id)
            return outcome.entry
        if isinstance(outcome, MatchAccepted) and _by_rule_of_arrival(outcome):
            new = [one for one in outcome.members if one.record_id not in self.open]
            if len(new) == 1:
                self.open.difference_update(one.record_id for one in outcome.members)
                return new[0]
            if not new:
                raise RekeyedError(f"a match of entries that had arrived as outcome {outcome.seq}")
        raise NotComparableError(f"{_name(outcome)} as outcome {outcome.seq}")


def _by_rule_of_arrival(outcome: MatchAccepted) -> bool:
    """Tell it from those of passes, which give a score, and commands, of another kind."""
    return outcome.kind == "exact" and outcome.score is None and outcome.run_id is None


def _name(outcome: Any) -> str:
    kind = str(outcome.__struct_config__.tag)
    if not isinstance(outcome, MatchAccepted):
        return f"a command or pass ({kind})"
    if outcome.kind in ("manual", "force"):
        return f"a command ({kind}, {outcome.kind})"
    return f"a pass ({kind}, {outcome.kind})"


async def arrivals(
    connection: Connection, key: Key, *, rules_changed: datetime | None
) -> AsyncIterator[Arrival]:
    """Tell the arrivals of one reconciliation in order, in a transaction of the caller.

    Ends with NotComparableError where it is no longer of arrivals alone, or with
    IncompleteJournalError.
    """
    story = _Story(rules_changed=rules_changed)
    async for chunk in outcome_chunks(connection, key):
        outcomes = [_decode(one.value) for one in chunk.deliveries]
        stored = await _stored(connection, key, outcomes)
        for outcome in outcomes:
            entry = story.arrived(outcome)
            if entry is not None:
                yield Arrival(
                    record_id=entry.record_id,
                    version=entry.version,
                    match=_match(outcome, stored),
                )


async def first_outcome_at(connection: Connection, key: Key) -> datetime | None:
    """When the first record was decided; None when none was."""
    async for chunk in outcome_chunks(connection, key):
        at: datetime = _decode(chunk.deliveries[0].value).at
        return at
    return None


async def _stored(connection: Connection, key: Key, outcomes: Sequence[Any]) -> Mapping[int, str]:
    """By id, the matches of these outcomes as their rows have them."""
    ids = [one.match_id for one in outcomes if isinstance(one, MatchAccepted)]
    rows = await connection.fetch(SQL["matches"], key[0], ids) if ids else []
    return {row["id"]: _shown(row["members"], row["rule_id"], row["rule_version"]) for row in rows}


def _match(outcome: Any, stored: Mapping[int, str]) -> str:
    """Show a match as its row has it, and as it was told where that is another."""
    if not isinstance(outcome, MatchAccepted):
        return ""
    told = _shown([one.record_id for one in outcome.members], outcome.rule_id, outcome.rule_version)
    kept = stored.get(outcome.match_id, "not stored")
    return told if kept == told else f"{kept}, told as {told}"


def _shown(members: Sequence[int], rule_id: int | None, rule_version: int | None) -> str:
    return f"{' + '.join(map(str, members))} by rule {rule_id} version {rule_version}"
