"""Reconciliations and their rules: made, read, retired."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from tieout_contracts.config_events import ReconciliationConfig, StreamSide
from tieout_contracts.topics import CONFIG
from tieout_matcher.domain.reconciliation_draft import ReconciliationDraft
from tieout_matcher.domain.rule_draft import RuleDraft
from tieout_matcher.store.reconciliation_lock import SOURCE
from tieout_matcher.store.rule_book import split_of
from tieout_runtime import outbox
from tieout_runtime.postgres import Connection
from tieout_runtime.queries import load_queries

_SQL = load_queries("tieout_matcher", "reconciliations.sql")
Row = Mapping[str, Any]


async def add(
    connection: Connection,
    organization_id: int,
    draft: ReconciliationDraft,
    *,
    at: datetime,
    reconciliation_id: int | None = None,
) -> int:
    """Make a reconciliation and tell of it on the config topic; returns its id.

    `reconciliation_id` is one that was taken for it before; None takes the next.
    """
    own = (draft.name, draft.run_type, draft.sign_mode, draft.timezone, at, reconciliation_id)
    reconciliation_id = int(await connection.fetchval(_SQL["add"], organization_id, *own))
    sides = draft.sides
    place = (organization_id, reconciliation_id)
    await connection.execute(_SQL["add_streams"], *place, list(sides), list(sides.values()))
    await _add_opening_balances(connection, place, draft)
    config = ReconciliationConfig(
        organization_id=organization_id,
        reconciliation_id=reconciliation_id,
        version=1,
        name=draft.name,
        run_type=draft.run_type,
        sign_mode=draft.sign_mode,
        timezone=draft.timezone,
        streams=[StreamSide(stream_id=one, side=side) for one, side in sides.items()],
    )
    await tell(connection, config, at=at)
    return reconciliation_id


async def tell(connection: Connection, config: ReconciliationConfig, *, at: datetime) -> None:
    """Tell of a reconciliation's newest version on the config topic."""
    key = f"reconciliation:{config.reconciliation_id}"
    message = outbox.Message(
        msgspec.json.encode(config), f"{key}:{config.version}", "reconciliation", key
    )
    await outbox.add(
        connection,
        outbox.Events(
            topic=CONFIG,
            key=key,
            organization_id=config.organization_id,
            source=SOURCE,
            at=at,
            messages=[message],
        ),
    )


async def _add_opening_balances(
    connection: Connection, place: tuple[int, int], draft: ReconciliationDraft
) -> None:
    balances = draft.opening_balances
    await connection.execute(
        _SQL["add_opening_balances"],
        *place,
        [one.side for one in balances],
        [one.currency for one in balances],
        [one.places for one in balances],
        [Decimal(one.amount_minor) for one in balances],
    )


async def page(
    connection: Connection,
    organization_id: int,
    *,
    after: int = 0,
    reconciliation_id: int | None = None,
    limit: int = 1,
) -> list[Row]:
    """Load reconciliations in id order, or the one named."""
    return list(
        await connection.fetch(_SQL["page"], organization_id, after, reconciliation_id, limit)
    )


async def add_rule(
    connection: Connection,
    organization_id: int,
    draft: RuleDraft,
    *,
    at: datetime,
    source: str = "user",
) -> Row:
    """Store the first version of a rule; every open entry is re-keyed."""
    row: Row = await connection.fetchrow(
        _SQL["add_rule"],
        organization_id,
        draft.reconciliation_id,
        draft.priority,
        draft.status,
        json.dumps(draft.stored),
        at,
        source,
    )
    await rules_changed(connection, (organization_id, draft.reconciliation_id))
    return row


def draft_of(row: Row) -> RuleDraft:
    """Read a rule's row as the draft that it was made of."""
    return RuleDraft(
        reconciliation_id=row["reconciliation_id"],
        priority=row["priority"],
        status=row["status"],
        stored=json.loads(row["body"]),
    )


async def change_rule(
    connection: Connection, organization_id: int, rule: Row, draft: RuleDraft, *, at: datetime
) -> Row:
    """Put a new version of `rule` in force; every open entry is re-keyed."""
    await connection.execute(_SQL["retire_rule"], organization_id, rule["id"], at)
    row: Row = await connection.fetchrow(
        _SQL["next_version"],
        organization_id,
        rule["id"],
        rule["version"],
        draft.priority,
        draft.status,
        json.dumps(draft.stored),
        at,
    )
    await rules_changed(connection, (organization_id, draft.reconciliation_id))
    return row


async def rules_of(connection: Connection, key: tuple[int, int]) -> list[Row]:
    """Load the rules in force, in the order in which they run."""
    return list(await connection.fetch(_SQL["rules_of"], *key))


async def rule(connection: Connection, organization_id: int, rule_id: int) -> Row | None:
    """Load the version in force of a rule."""
    row: Row | None = await connection.fetchrow(_SQL["rule"], organization_id, rule_id)
    return row


async def retire_rule(
    connection: Connection, key: tuple[int, int], rule_id: int, *, at: datetime
) -> None:
    """End a rule; matches it made stay, every open entry is re-keyed."""
    await connection.execute(_SQL["retire_rule"], key[0], rule_id, at)
    await rules_changed(connection, key)


async def rules_changed(connection: Connection, key: tuple[int, int]) -> None:
    """Let everything open be keyed and tried again; the caller holds the row lock."""
    needs_passes = split_of(await rules_of(connection, key)).needs_passes
    await connection.execute(_SQL["rules_changed"], *key, needs_passes)
