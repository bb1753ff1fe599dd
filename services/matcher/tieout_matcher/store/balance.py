"""What a reconciliation's balance proof is made of, read in one snapshot that locks nothing."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from tieout_contracts.config_events import SignMode
from tieout_contracts.topics import MATCHES
from tieout_matcher.domain.balance_sums import AdjustmentSum, EntrySum, OpeningBalance
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

SQL = load_queries("tieout_matcher", "balance.sql")
Row = Mapping[str, Any]


class Standing(Struct, frozen=True, kw_only=True):
    """Which state of a reconciliation is asked: `seq` is the last number it had by then."""

    organization_id: int
    reconciliation_id: int
    sign_mode: SignMode
    streams: list[dict[str, Any]]
    as_of: datetime | None
    seq: int

    @property
    def place(self) -> tuple[int, int, datetime | None, int | None]:
        """Give what every query of the proof begins with."""
        cut = None if self.as_of is None else self.seq
        return (self.organization_id, self.reconciliation_id, self.as_of, cut)


async def find(
    connection: Connection, key: tuple[int, int], *, as_of: datetime | None
) -> Standing | None:
    """Say which state is meant; None for an unknown reconciliation.

    Times of arrivals are those of the journal: it numbers an entry in the transaction that adds it.
    """
    row = await connection.fetchrow(SQL["reconciliation"], *key)
    if row is None:
        return None
    seq = row["seq"]
    if as_of is not None:
        topic = MATCHES.suffix
        seq = await connection.fetchval(SQL["cut"], key[0], str(key[1]), topic, as_of) or 0
    return Standing(
        organization_id=key[0],
        reconciliation_id=key[1],
        sign_mode=row["sign_mode"],
        streams=json.loads(row["streams"]),
        as_of=as_of,
        seq=seq,
    )


async def entry_sums(connection: Connection, standing: Standing, *, listed: int) -> list[EntrySum]:
    """Sum up every entry there was."""
    await connection.execute(SQL["plan_for_sizes"])
    query = SQL["standing"] + SQL["sums"]
    rows = await connection.fetch(query, *standing.place, 0, listed)
    names = ("side", "direction", "currency", "exponent", "status", "is_open", "matched", "ended")
    return [
        EntrySum(
            **{name: row[name] for name in names},
            misplaced=row["misplaced"],
            records=row["records"],
            amount_minor=int(row["amount"]),
            open_minor=int(row["open_amount"]),
            matched_minor=int(row["matched_amount"]),
            ended_minor=int(row["ended_amount"]),
            first=row["first"],
        )
        for row in rows
    ]


async def adjustment_sums(
    connection: Connection, standing: Standing, *, listed: int
) -> list[AdjustmentSum]:
    """Sum up the adjustments of the matches that were active."""
    query = SQL["standing"] + SQL["adjustment_sums"]
    rows = await connection.fetch(query, *standing.place, 0, listed)
    return [
        AdjustmentSum(
            currency=row["currency"],
            exponent=row["exponent"],
            records=row["records"],
            signed_minor=int(row["signed"]),
            first=row["first"],
        )
        for row in rows
    ]


async def opening_balances(connection: Connection, standing: Standing) -> list[OpeningBalance]:
    rows = await connection.fetch(SQL["opening_balances"], *standing.place[:2])
    return [
        OpeningBalance(
            side=row["side"],
            currency=row["currency"],
            exponent=row["exponent"],
            signed_minor=int(row["signed"]),
        )
        for row in rows
    ]
