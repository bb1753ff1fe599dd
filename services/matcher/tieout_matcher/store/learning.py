"""Reading what rules are learned from, and filing what was learned."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate
from typing import Any, NamedTuple

from tieout_contracts.config_events import SignMode
from tieout_matcher.domain.backtesting.past import Past
from tieout_matcher.domain.rule import Rule
from tieout_matcher.domain.rule_draft import RuleDraft
from tieout_matcher.store.past import past_of
from tieout_matcher.store.rule_book import read_rule
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "learning.sql")
Key = tuple[int, int]
Row = Mapping[str, Any]


class Limits(NamedTuple):
    """Of a sample: open entries of each side, matches of people, and the members of these.

    Open entries are chosen by their days of the `arrivals` that came last.
    """

    arrivals: int
    open_entries: int
    matches: int
    members: int


class KnownRules(NamedTuple):
    """`tried`: the rules in force and those that wait for a person; `never` are not wanted again.

    Both as active rules.
    """

    tried: Sequence[Rule]
    never: Sequence[Rule]


async def sample_of(
    connection: Connection, key: Key, *, sign_mode: SignMode, limits: Limits
) -> Past:
    """Load the latest open entries of both sides, and what people matched last."""
    rows = await connection.fetch(_SQL["open"], *key, limits.arrivals, limits.open_entries)
    shown = await connection.fetch(_SQL["shown"], *key, limits.matches)
    sizes = accumulate(len(row["members"]) for row in shown)
    kept = [row for row, size in zip(shown, sizes, strict=True) if size <= limits.members]
    return await past_of(connection, key, rows, kept, sign_mode=sign_mode)


async def known_rules(connection: Connection, key: Key) -> KnownRules:
    """Load the rules that a new one must not repeat."""
    rows = await connection.fetch(_SQL["rules"], *key)
    rules = [(row, replace(read_rule(row), status="active")) for row in rows]
    tried = [
        rule
        for row, rule in rules
        if row["retired_at"] is None and (row["status"] == "active" or row["source"] == "ai")
    ]
    return KnownRules(tried, [rule for _, rule in rules])


async def add_proposal(
    connection: Connection,
    organization_id: int,
    draft: RuleDraft,
    *,
    confidence: str,
    sample_match_rate: str,
    at: datetime,
) -> int:
    """File a rule that waits for a person; returns its id. Nothing is re-keyed."""
    return int(
        await connection.fetchval(
            _SQL["add_proposal"],
            organization_id,
            draft.reconciliation_id,
            draft.priority,
            json.dumps(draft.stored),
            confidence,
            sample_match_rate,
            at,
        )
    )
