"""Near misses of an open entry: what nearly matched, nearest first, and what would have helped.

The order is total: fewest failing conditions, then how far these are from holding together
(`apart`), then the order of the rules, then the record id. Of each counterpart the rule and the
alternative count that are nearest.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Literal, NamedTuple

from msgspec import Struct

from tieout_contracts.config_events import SignMode
from tieout_matcher.domain.explaining.apart import apart
from tieout_matcher.domain.explaining.changes import Change
from tieout_matcher.domain.explaining.mending import Filters, mend
from tieout_matcher.domain.explaining.pair import Pair
from tieout_matcher.domain.explaining.saying import sentence
from tieout_matcher.domain.explaining.standing import Stand, Standing
from tieout_matcher.domain.explaining.trace import Trace, trace_of
from tieout_matcher.domain.explaining.tree import Tree, Way
from tieout_matcher.domain.facts import Facts

MAX_NEAR_MISSES = 5
MAX_TRIED = 25  # of them some may have no change that helps
NEAR_ENOUGH = Fraction(1, 4)  # so far apart may be what has nothing else in common
_TO_BE_TRIED = Change(kind="pass", message="when it is tried")
CandidateState = Literal["open", "suggested", "matched"]


@dataclass(frozen=True, kw_only=True)
class TriedRule:
    """An active one-to-one rule and its filters as they are written."""

    tree: Tree
    filters: Filters


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A counterpart that was looked at; `blocked_by` is the match that a person took apart."""

    facts: Facts
    state: CandidateState = "open"
    match_id: int | None = None
    blocked_by: int | None = None


class NearMiss(Struct, kw_only=True, frozen=True):
    """`changes` are needed together; `alternative` is the nearest one of the trace's."""

    rule_id: int
    rule_version: int
    record_id: int
    state: CandidateState
    match_id: int | None
    failing: int
    alternative: int
    changes: list[Change]
    message: str
    trace: Trace


class Nearness(NamedTuple):
    """How near a candidate is by its nearest rule; the least is the nearest."""

    failing: int
    apart: Fraction
    rule: int
    record_id: int
    way: int


class Compared(NamedTuple):
    """A candidate beside an entry, and where it stands by each rule."""

    pair: Pair
    candidate: Candidate
    standings: tuple[Standing, ...]


def compared(
    *,
    entry: Facts,
    candidates: Iterable[Candidate],
    rules: Sequence[TriedRule],
    sign_mode: SignMode,
) -> list[Compared]:
    """Compare candidates with an entry by every rule."""
    stands = [Stand(rule.tree, entry) for rule in rules]
    return [
        Compared(
            pair=Pair(entry=entry, other=one.facts, sign_mode=sign_mode),
            candidate=one,
            standings=tuple([stand.of(one.facts) for stand in stands]),
        )
        for one in candidates
    ]


def near_misses(found: Sequence[Compared], rules: Sequence[TriedRule]) -> list[NearMiss]:
    """Return the nearest of the candidates for which a change is known that would have helped."""
    made: list[NearMiss] = []
    for nearness, one in islice(_in_order(found), MAX_TRIED):
        miss = _near_miss(nearness, one, rules[nearness.rule])
        made += [] if miss is None else [miss]
        if len(made) == MAX_NEAR_MISSES:
            break
    return made


def _in_order(found: Sequence[Compared]) -> Iterator[tuple[Nearness, Compared]]:
    """Yield candidates, the nearest first; how far one is matters among as many failing only."""
    by_failing: defaultdict[int, list[tuple[_Fewest, Compared]]] = defaultdict(list)
    for one in found:
        fewest = _fewest(one)
        if fewest.ways:
            by_failing[fewest.failing].append((fewest, one))
    for _, group in sorted(by_failing.items()):
        near = [(_nearness(fewest, one), one) for fewest, one in group]
        yield from sorted(near, key=lambda item: item[0])


class _Fewest(NamedTuple):
    """By which ways (rule, alternative) the fewest conditions fail, and how many."""

    failing: int
    ways: list[tuple[int, int]]


def _fewest(one: Compared) -> _Fewest:
    """Find the nearest ways; none by which two entries have nothing in common."""
    counted = sorted(
        (standing.failing(way), rule, number)
        for rule, standing in enumerate(one.standings)
        for number, way in enumerate(standing.tree.ways)
    )
    found = _Fewest(0, [])
    for failing, rule, number in counted:
        if found.ways and failing > found.failing:
            break
        standing = one.standings[rule]
        way = standing.tree.ways[number]
        if standing.something_holds(way) or _not_far(one, standing, way):
            found = _Fewest(failing, [*found.ways, (rule, number)])
    return found


def _nearness(fewest: _Fewest, one: Compared) -> Nearness:
    record_id = one.candidate.facts.record_id
    return min(
        Nearness(fewest.failing, _apart(one, rule, number), rule, record_id, number)
        for rule, number in fewest.ways
    )


def _apart(one: Compared, rule: int, number: int) -> Fraction:
    tree = one.standings[rule].tree
    return apart(one.pair.judged(tree), tree.ways[number])


def _not_far(one: Compared, standing: Standing, way: Way) -> bool:
    """Tell whether the one condition that there is nearly holds."""
    return standing.failing(way) == 1 and (
        apart(one.pair.judged(standing.tree), way) <= NEAR_ENOUGH
    )


def _near_miss(nearness: Nearness, found: Compared, rule: TriedRule) -> NearMiss | None:
    pair, candidate = found.pair, found.candidate
    judged = pair.judged(rule.tree)
    way = rule.tree.ways[nearness.way]
    mended = mend(rule.tree, way, pair, rule.filters) if nearness.failing else ()
    if mended is None:
        return None
    changes = [*mended, *_held_back(candidate)] or [_TO_BE_TRIED]
    return NearMiss(
        rule_id=rule.tree.rule.rule_id,
        rule_version=rule.tree.rule.version,
        record_id=candidate.facts.record_id,
        state=candidate.state,
        match_id=candidate.match_id,
        failing=nearness.failing,
        alternative=nearness.way,
        changes=changes,
        message=sentence(judged, way, pair, changes),
        trace=trace_of(judged),
    )


def _held_back(candidate: Candidate) -> Iterable[Change]:
    if candidate.state == "matched":
        yield Change(
            kind="match_revoked",
            message="once its match is revoked",
            match_id=candidate.match_id,
        )
    if candidate.state == "suggested":
        yield Change(
            kind="suggestion_rejected",
            message="once its suggestion is rejected",
            match_id=candidate.match_id,
        )
    if candidate.blocked_by is not None:
        yield Change(
            kind="block_cleared",
            message="once the block is cleared",
            match_id=candidate.blocked_by,
        )
