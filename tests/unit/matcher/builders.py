"""Records, entries and rules with valid defaults."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Direction, Fields, RecordAccepted, Side
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.filters import read_condition
from tieout_matcher.domain.plan import RuleSet, compile_rules
from tieout_matcher.domain.rule import Rule

DAY = date(2026, 3, 2)
ARRIVED = datetime(2026, 3, 2, 12, tzinfo=UTC)
ORGANIZATION, RECONCILIATION = 7, 11
STREAMS: Mapping[Side, int] = {"A": 1, "B": 2}


def some_fields(amount_minor: str = "1000", **given: Any) -> Fields:
    defaults: dict[str, Any] = {"exponent": 2, "currency": "EUR", "date": DAY}
    direction: Direction = given.pop("direction", "credit")
    return Fields(amount_minor=amount_minor, direction=direction, **(defaults | given))


def encoded(fields: Fields) -> bytes:
    return msgspec.json.encode(fields)


def a_leaf(key: str, value: str | None = None, **more: Any) -> dict[str, Any]:
    return {"key": key, "value": value or key, **more}


def a_rule(
    *leaves: dict[str, Any], rule_id: int = 1, priority: int = 0, operand: str = "and", **given: Any
) -> Rule:
    """Make a rule of conditions and groups."""
    filters = {"operand": operand, "rules": list(leaves) or [a_leaf("external_id")]}
    shape: dict[str, Any] = {"version": 1, "status": "active"} | given
    return Rule(rule_id=rule_id, priority=priority, condition=read_condition(filters), **shape)


def a_rule_set(*rules: Rule, sign_mode: SignMode = "same") -> RuleSet:
    return compile_rules(rules or [a_rule()], sign_mode=sign_mode)


def an_entry(number: int, side: Side, fields: Fields, rules: RuleSet, **given: Any) -> Entry:
    """Make an entry whose record id differs from its entry number, as in life."""
    shape: dict[str, Any] = {"record_id": number + 100, "version": 1} | given
    content = encoded(fields)
    texts = rules.texts(content, side)
    return Entry(
        entry_no=number,
        stream_id=STREAMS[side],
        side=side,
        overdue_at=ARRIVED,
        texts=texts,
        hashes=rules.hashes(texts),
        fields=content,
        **shape,
    )


def a_record(record_id: int, side: Side = "A", fields: Fields | None = None, **given: Any) -> Any:
    """Make a record event; `given` replaces any member."""
    shape: dict[str, Any] = {
        "organization_id": ORGANIZATION,
        "reconciliation_id": RECONCILIATION,
        "version": 1,
        "stream_id": STREAMS[side],
        "due_date": DAY,
        "arrival_grace_seconds": 3600,
        "arrived_at": ARRIVED,
    } | given
    content = msgspec.Raw(encoded(fields or some_fields(external_id=f"x{record_id}")))
    return RecordAccepted(record_id=record_id, side=side, fields=content, **shape)


def pairs_of(outcomes: Sequence[Any]) -> list[tuple[int, int, int] | None]:
    """Reduce decided outcomes to (record of A, record of B, rule index)."""
    return [
        outcome and (outcome.members[0].record_id, outcome.members[1].record_id, outcome.rule_index)
        for outcome in outcomes
    ]
