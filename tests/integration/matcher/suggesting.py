"""Suggestions written as a pass leaves them, for tests of what happens to them."""

from collections.abc import Sequence
from typing import Any

from integration.matcher.world import Key, World
from tieout_contracts.config_events import SignMode
from tieout_contracts.outcomes import MatchSuggested
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.facts import at_exponent, facts_of
from tieout_matcher.domain.outcome import view_of
from tieout_matcher.store import settling, standing
from tieout_matcher.store.reconciliation_lock import Moved, advance, lock, message_of
from tieout_matcher.store.rule_book import RuleBook
from tieout_runtime.postgres import transaction

_RESERVE = """WITH keyless AS (
    DELETE FROM open_key WHERE organization_id = $1 AND reconciliation_id = $2
      AND record_id = ANY ($3::bigint[])
) UPDATE open_entry SET suggested_by = $4, keys = '{}'
WHERE organization_id = $1 AND reconciliation_id = $2 AND record_id = ANY ($3::bigint[])"""
_ADD = """INSERT INTO match (organization_id, id, reconciliation_id, kind, members, created_at,
    status, score, doubt) VALUES ($1, $4, $2, 'tolerance', $3, $5, 'suggested', 90, 'pending')"""
_ADJUST = """INSERT INTO adjustment (organization_id, match_id, number, amount_minor, exponent,
    currency, reason) VALUES ($1, $2, 1, $3, $4, $5, 'tolerance')"""


def _adjustments(members: Sequence[Entry], sign_mode: SignMode) -> list[tuple[Any, ...]]:
    said = [
        facts_of(
            record_id=one.record_id,
            entry_no=one.entry_no,
            side=one.side,
            fields=one.fields,
            sign_mode=sign_mode,
        )
        for one in members
    ]
    (currency,) = {one.currency for one in said}
    exponent = max(one.exponent for one in said)
    signs = {"A": 1, "B": -1}
    amount = sum(signs[one.side] * at_exponent(one, exponent) for one in said)
    return [(amount, exponent, currency)] if amount else []


async def suggest(world: World, key: Key, *record_ids: int) -> int:
    """Reserve open entries (side A first) for a match that waits for a person; its number.

    What makes it tie is an adjustment; entries of several currencies are none of a suggestion.
    """
    async with transaction(world.worker) as connection:
        locked = (await lock(connection, [key]))[key]
        rules = await RuleBook().rules_of(connection, locked)
        found = await standing.of_records(connection, {key: record_ids}, {key: rules})
        members = [found[key[1], one].entry for one in record_ids]
        (match_id,) = await settling.match_ids(connection, 1)
        await connection.execute(_ADD, *key, list(record_ids), match_id, world.clock())
        for adjustment in _adjustments(members, locked.sign_mode):
            await connection.execute(_ADJUST, key[0], match_id, *adjustment)
        await connection.execute(_RESERVE, *key, list(record_ids), match_id)
        told = MatchSuggested(
            organization_id=key[0],
            reconciliation_id=key[1],
            seq=locked.seq + 1,
            at=world.clock(),
            match_id=match_id,
            kind="tolerance",
            score=90,
            doubt="pending",
            members=[view_of(one) for one in members],
        )
        moved = Moved(locked=locked, messages=[message_of(told)])
        await advance(connection, [moved], at=world.clock())
    return match_id
