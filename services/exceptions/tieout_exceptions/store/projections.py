"""How far each reconciliation's outcomes are applied, and what waits behind a gap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tieout_exceptions.domain.picture import Picture
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

Key = tuple[int, int]
_SQL = load_queries("tieout_exceptions", "projections.sql")


@dataclass(frozen=True, kw_only=True)
class Parked:
    """An outcome that came after a gap: its number, CloudEvents type and JSON."""

    seq: int
    type: bytes
    value: bytes


@dataclass(frozen=True, kw_only=True)
class Gap:
    """The numbers a stopped reconciliation waits for."""

    organization_id: int
    reconciliation_id: int
    from_seq: int
    to_seq: int
    waiting_seconds: float


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """What is kept of a locked reconciliation: overdue entries, suggestions, parked outcomes.

    `mismatches` are breaks of mismatches that an outcome may still resolve; `makes_cases`: every
    outcome counts.
    """

    stores: bool
    suggests: bool
    mismatches: bool
    parks: bool
    makes_cases: bool

    @property
    def anything(self) -> bool:
        return self.stores or self.suggests or self.mismatches or self.parks


async def lock(connection: Connection, keys: Iterable[Key]) -> dict[Key, Picture]:
    """Lock reconciliations (organisation, id) in ascending order; unknown ones begin at zero."""
    wanted = _columns(sorted(keys, key=lambda key: (key[1], key[0])))
    rows = await connection.fetch(_SQL["lock"], *wanted)
    if len(rows) < len(wanted[0]):
        await connection.execute(_SQL["begin"], *wanted)
        rows = await connection.fetch(_SQL["lock"], *wanted)
    return {(row["organization_id"], row["reconciliation_id"]): Picture(**row) for row in rows}


async def lock_one(
    connection: Connection, *, organization_id: int, reconciliation_id: int
) -> Picture:
    """Lock one reconciliation for a command."""
    key = (organization_id, reconciliation_id)
    return (await lock(connection, [key]))[key]


async def holdings(connection: Connection, keys: Sequence[Key]) -> dict[Key, Holdings]:
    """Tell what is kept for locked reconciliations."""
    rows = await connection.fetch(_SQL["holdings"], *_columns(keys))
    return {
        (row["organization_id"], row["reconciliation_id"]): Holdings(
            stores=row["stores"],
            suggests=row["suggests"],
            mismatches=row["mismatches"],
            parks=row["parks"],
            makes_cases=row["makes_cases"],
        )
        for row in rows
    }


async def advance(connection: Connection, pictures: Iterable[Picture]) -> None:
    """Note how far the pictures' outcomes are applied and their events numbered."""
    done = [
        (one.organization_id, one.reconciliation_id, one.applied_seq, one.exceptions_seq)
        for one in pictures
    ]
    await connection.execute(_SQL["advance"], *zip(*done, strict=True))


async def parked(connection: Connection, picture: Picture) -> list[Parked]:
    """Load what waits behind the gap, in order."""
    rows = await connection.fetch(
        _SQL["parked"], picture.organization_id, picture.reconciliation_id, picture.applied_seq
    )
    return [Parked(seq=row["seq"], type=row["type"].encode(), value=row["value"]) for row in rows]


async def park(connection: Connection, picture: Picture, waiting: Sequence[Parked]) -> None:
    """Keep outcomes until the numbers before them have come."""
    await connection.execute(
        _SQL["park"],
        picture.organization_id,
        picture.reconciliation_id,
        [one.seq for one in waiting],
        [one.type.decode() for one in waiting],
        [one.value for one in waiting],
    )


async def unpark(connection: Connection, picture: Picture) -> None:
    """Forget what waited and is applied now."""
    await connection.execute(
        _SQL["unpark"], picture.organization_id, picture.reconciliation_id, picture.applied_seq
    )


async def gaps(connection: Connection) -> list[Gap]:
    """List every stopped reconciliation and the numbers it waits for."""
    return [Gap(**row) for row in await connection.fetch(_SQL["gaps"])]


def _columns(keys: Sequence[Key]) -> tuple[list[int], list[int]]:
    return [key[0] for key in keys], [key[1] for key in keys]
