"""Why an entry is open: what each rule looked at, and what nearly matched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from msgspec import Struct

from tieout_contracts.config_events import SignMode
from tieout_matcher.domain.explaining.near_misses import (
    Candidate,
    Compared,
    NearMiss,
    TriedRule,
    compared,
    near_misses,
)
from tieout_matcher.domain.explaining.tree import Tree
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.rule import Cardinality, Rule


@dataclass(frozen=True, kw_only=True)
class ActiveRule:
    """A rule in force, its filters as they are written, and where it is tried."""

    rule: Rule
    filters: Mapping[str, Any]
    evaluate: Literal["arrival", "pass"]


class RuleLooked(Struct, kw_only=True, frozen=True):
    """What a rule had to choose from.

    `candidates` counts the open counterparts looked at here that fulfil all equalities of one of
    its alternatives; null for rules of groups. `lacks` has the paths of conditions for which the
    entry has no value.
    """

    rule_id: int
    version: int
    priority: int
    cardinality: Cardinality
    evaluate: Literal["arrival", "pass"]
    candidates: int | None
    lacks: list[str]


class OpenExplained(Struct, kw_only=True, frozen=True):
    rules: list[RuleLooked]
    near_misses: list[NearMiss]


def explain_open(
    *,
    entry: Facts,
    rules: Sequence[ActiveRule],
    candidates: Sequence[Candidate],
    sign_mode: SignMode,
) -> OpenExplained:
    """Explain an open entry against the counterparts that a search found."""
    tried = [
        TriedRule(tree=Tree(one.rule), filters=one.filters)
        for one in rules
        if one.rule.cardinality == "one_to_one"
    ]
    found = compared(entry=entry, candidates=candidates, rules=tried, sign_mode=sign_mode)
    places = {one.tree.rule.rule_id: place for place, one in enumerate(tried)}
    return OpenExplained(
        rules=[_looked(one, places.get(one.rule.rule_id), entry, tried, found) for one in rules],
        near_misses=near_misses(found, tried),
    )


def _looked(
    active: ActiveRule,
    place: int | None,
    entry: Facts,
    tried: Sequence[TriedRule],
    found: Sequence[Compared],
) -> RuleLooked:
    rule = active.rule
    return RuleLooked(
        rule_id=rule.rule_id,
        version=rule.version,
        priority=rule.priority,
        cardinality=rule.cardinality,
        evaluate=active.evaluate,
        candidates=None if place is None else _fulfilling(place, found),
        lacks=[] if place is None else _lacks(tried[place].tree, entry),
    )


def _fulfilling(place: int, found: Sequence[Compared]) -> int:
    there = [one for one in found if one.candidate.state == "open"]
    return sum(1 for one in there if one.standings[place].fulfils_equalities)


def _lacks(tree: Tree, entry: Facts) -> list[str]:
    of_a = entry.side == "A"
    read = [one.read_a if of_a else one.read_b for one in tree.judges]
    lacking = {place for place, reader in enumerate(read) if reader(entry) is None}
    return [path for place, path in tree.standing if place in lacking]
