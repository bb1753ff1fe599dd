"""Open entries, rules of passes and both together, with valid defaults."""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from random import Random
from typing import Any

from msgspec.structs import replace as changed

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Fields, Side
from tieout_matcher.domain.facts import Facts, facts_of
from tieout_matcher.domain.passes.proposal import Blocked
from tieout_matcher.domain.rule import Group, Leaf, Rule, Tolerance, Unit
from unit.matcher.builders import encoded, some_fields


@dataclass(frozen=True, kw_only=True)
class Open:
    """An open entry as a test sees it."""

    record_id: int
    entry_no: int
    side: Side
    fields: Fields

    @cached_property
    def content(self) -> bytes:
        """What it says: entries of a side are identical that say the same."""
        return encoded(self.fields)


@dataclass(frozen=True, kw_only=True)
class Case:
    rules: tuple[Rule, ...]
    entries: tuple[Open, ...]
    sign_mode: SignMode
    blocked: Blocked = frozenset()
    only_suggest: bool = False

    def facts(self) -> list[Facts]:
        return [
            changed(
                _kind(one.side, one.content, self.sign_mode),
                record_id=one.record_id,
                entry_no=one.entry_no,
            )
            for one in self.entries
        ]


@lru_cache(maxsize=64)
def _kind(side: Side, content: bytes, sign_mode: SignMode) -> Facts:
    """Read what identical entries say."""
    return facts_of(record_id=0, entry_no=0, side=side, fields=content, sign_mode=sign_mode)


def open_entries(*given: tuple[Side, dict[str, Any]]) -> list[Facts]:
    """Make open entries of a side and fields each, records 101 and on."""
    entries = tuple(
        Open(record_id=100 + number, entry_no=number, side=side, fields=some_fields(**fields))
        for number, (side, fields) in enumerate(given, start=1)
    )
    return Case(rules=(), entries=entries, sign_mode="same").facts()


def leaf(key: str, value: str | None = None, tolerance: str | None = None, **more: object) -> Leaf:
    """Make a condition; a tolerance is written `2 day`."""
    shape = dict(more)
    if tolerance is not None:
        amount, _, unit = tolerance.partition(" ")
        shape["tolerance"] = Tolerance(amount=Decimal(amount), unit=_UNITS[unit])
    return Leaf(key=key, value=value or key, **shape)  # type: ignore[arg-type]  # any of its words


def pass_rule(*children: Leaf | Group, rule_id: int = 1, **given: object) -> Rule:
    shape = {"version": 1, "priority": 0, "status": "active", "evaluate": "pass"} | given
    condition = Group(operand="and", children=children)
    return Rule(rule_id=rule_id, condition=condition, **shape)  # type: ignore[arg-type]  # as Rule


_UNITS: dict[str, Unit] = {one: one for one in ("dollar", "percent", "day", "month")}


def rearranged(case: Case, random: Random) -> tuple[Case, dict[int, int]]:
    """Let the same entries arrive in another order; also returns new record ids by old ones."""
    numbers = random.sample(range(500, 540), len(case.entries))
    new = {one.record_id: number for one, number in zip(case.entries, numbers, strict=True)}
    order = random.sample(case.entries, len(case.entries))
    entries = tuple(
        replace(one, record_id=new[one.record_id], entry_no=entry_no)
        for entry_no, one in enumerate(order, start=1)
    )
    blocked = frozenset(((new[one],), (new[two],)) for (one,), (two,) in case.blocked)
    return replace(case, entries=entries, blocked=blocked), new
