"""Reading what explanations tell of: matches, the version of the rule that made each, blocks."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tieout_contracts.record import Side
from tieout_matcher.domain.rule import Rule
from tieout_matcher.domain.rule_draft import rule_of
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "explanations.sql")
Row = Mapping[str, Any]
Key = tuple[int, int]


async def match(connection: Connection, organization_id: int, match_id: int) -> Row | None:
    """Load one match with all that is known of how it was made."""
    row: Row | None = await connection.fetchrow(_SQL["match"], organization_id, match_id)
    return row


async def rule_version(
    connection: Connection, organization_id: int, rule_id: int, version: int
) -> tuple[Row, Rule]:
    """Load a version of a rule, in force or not."""
    row = await connection.fetchrow(_SQL["rule_version"], organization_id, rule_id, version)
    return row, rule_of_row(row)


def rule_of_row(row: Row) -> Rule:
    """Make a rule's value of its row."""
    return rule_of(
        rule_id=row["id"],
        version=row["version"],
        priority=row["priority"],
        status=row["status"],
        stored=json.loads(row["body"]),
    )


async def blocked_with(connection: Connection, key: Key, record_id: int) -> dict[int, int]:
    """Return which records a person took apart from this one alone: the match, by record."""
    rows = await connection.fetch(_SQL["blocks_of"], *key, record_id)
    found = {}
    for row in rows:
        members = {*row["members_a"], *row["members_b"]} - {record_id}
        if len(row["members_a"]) == len(row["members_b"]) == 1:
            found[members.pop()] = row["match_id"]
    return found


async def taken(
    connection: Connection, key: Key, *, side: Side, texts: Sequence[str], among: int, limit: int
) -> list[Row]:
    """Load matched entries of a side among the newest records that say one of these texts."""
    said = [one.encode() for one in texts]
    return list(await connection.fetch(_SQL["taken"], *key, side, said, among, limit))
