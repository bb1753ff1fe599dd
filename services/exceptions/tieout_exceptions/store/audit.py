"""The audit chains of organisations."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from tieout_contracts.audit_events import AuditNoted
from tieout_exceptions.domain.audit import FIRST, End, Sealed, sealed
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_exceptions", "audit.sql")


async def append(connection: Connection, noted: Sequence[AuditNoted]) -> None:
    """Append what was not appended before, in this order, to the chain of each organisation."""
    organizations = sorted({one.organization_id for one in noted})
    await connection.execute(_SQL["begin"], organizations, FIRST)
    ends = {
        row["organization_id"]: End(seq=row["seq"], hash=row["hash"])
        for row in await connection.fetch(_SQL["lock"], organizations)
    }
    rows = await connection.fetch(_SQL["known"], organizations, [one.id for one in noted])
    known = {(row["organization_id"], row["id"]) for row in rows}
    fresh: defaultdict[int, dict[str, AuditNoted]] = defaultdict(dict)
    for one in noted:
        if (one.organization_id, one.id) not in known:
            fresh[one.organization_id].setdefault(one.id, one)
    chains = {key: sealed(ends[key], list(told.values())) for key, told in fresh.items()}
    flat = [
        (key, one.seq, note.id, note.at, note.account_id, one.content, one.hash)
        for key, made in chains.items()
        for one, note in zip(made, fresh[key].values(), strict=True)
    ]
    if flat:
        await connection.execute(_SQL["append"], *map(list, zip(*flat, strict=True)))
        last = [(key, made[-1].seq, made[-1].hash) for key, made in chains.items()]
        await connection.execute(_SQL["move"], *map(list, zip(*last, strict=True)))


async def page(
    connection: Connection,
    organization_id: int,
    *,
    after: int,
    limit: int,
    account_id: int | None = None,
    at_from: datetime | None = None,
    at_to: datetime | None = None,
) -> list[Sealed]:
    """Load the next entries after a number; of one account, or told in [from, to)."""
    rows = await connection.fetch(
        _SQL["page"], organization_id, after, account_id, at_from, at_to, limit
    )
    return [Sealed(seq=row["seq"], content=row["content"], hash=row["hash"]) for row in rows]


async def end(connection: Connection, organization_id: int) -> End:
    """Return where an organisation's chain ends."""
    row = await connection.fetchrow(_SQL["end"], organization_id)
    return End() if row is None else End(seq=row["seq"], hash=row["hash"])
