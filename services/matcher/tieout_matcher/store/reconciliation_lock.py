"""K1: the locked reconciliation, and what every change of one ends with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tieout_contracts.config_events import SignMode
from tieout_contracts.outcomes import Outcome
from tieout_contracts.topics import MATCHES
from tieout_matcher.domain.outcome import encode_outcome, type_of
from tieout_runtime import outbox
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

SOURCE = "tieout/matcher"
SQL = load_queries("tieout_matcher", "deciding.sql")


@dataclass(frozen=True, kw_only=True)
class Locked:
    """A reconciliation under its row lock.

    `rekey_after` is the last entry re-keyed, if the others still wait for it. `awaited` counts
    overdue times, `awaited_versions` later versions, set for records that have not arrived. Entries
    of `left_streams`, which are no part of it any more, are not to be matched.
    """

    organization_id: int
    reconciliation_id: int
    sign_mode: SignMode
    timezone: str
    seq: int
    rules_version: int
    rekey_after: int | None
    awaited: int
    awaited_versions: int
    left_streams: frozenset[int]
    is_deleted: bool

    @property
    def key(self) -> tuple[int, int]:
        return (self.organization_id, self.reconciliation_id)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """How a change moved one reconciliation; `overdue_at` is the earliest of what it opened."""

    locked: Locked
    messages: Sequence[outbox.Message]
    entries: int = 0
    matched: int = 0
    overdue: int = 0
    overdue_at: datetime | None = None
    ended: int = 0


def message_of(outcome: Outcome) -> outbox.Message:
    """Make the event of an outcome."""
    reconciliation_id = outcome.reconciliation_id
    return outbox.Message(
        encode_outcome(outcome),
        f"{reconciliation_id}:{outcome.seq}",
        type_of(outcome),
        f"reconciliation/{reconciliation_id}",
    )


async def lock(
    connection: Connection, keys: Iterable[tuple[int, int]]
) -> Mapping[tuple[int, int], Locked]:
    """Lock reconciliations by (organisation, id), ascending; unknown ones are left out."""
    wanted = sorted(set(keys), key=lambda one: one[1])
    rows = await connection.fetch(SQL["lock"], [o for o, _ in wanted], [r for _, r in wanted])
    found = [
        Locked(
            organization_id=row["organization_id"],
            reconciliation_id=row["id"],
            sign_mode=row["sign_mode"],
            timezone=row["timezone"],
            seq=row["seq"],
            rules_version=row["rules_version"],
            rekey_after=row["rekey_after"],
            awaited=row["awaited"],
            awaited_versions=row["awaited_versions"],
            left_streams=frozenset(row["left_streams"]),
            is_deleted=row["is_deleted"],
        )
        for row in rows
    ]
    return {one.key: one for one in found}


async def lock_existing(connection: Connection, key: tuple[int, int]) -> Locked | None:
    """Lock one for a command; None when there is none, or none any more."""
    locked = (await lock(connection, [key])).get(key)
    return None if locked is None or locked.is_deleted else locked


async def advance(connection: Connection, moves: Sequence[Moved], *, at: datetime) -> None:
    """Take the numbers of the messages, move the counters, append the messages to the journal."""
    columns = zip(
        *(
            (
                *move.locked.key,
                len(move.messages),
                move.entries,
                move.matched,
                move.overdue,
                move.overdue_at,
                move.ended,
            )
            for move in moves
        ),
        strict=True,
    )
    await connection.execute(SQL["advance"], *(list(column) for column in columns))
    await outbox.add(connection, *(_events(move, at) for move in moves))


def _events(move: Moved, at: datetime) -> outbox.Events:
    reconciliation_id = move.locked.reconciliation_id
    return outbox.Events(
        topic=MATCHES,
        key=str(reconciliation_id),
        organization_id=move.locked.organization_id,
        source=SOURCE,
        at=at,
        messages=move.messages,
        seqs=(move.locked.seq + 1, move.locked.seq + len(move.messages)),
    )
