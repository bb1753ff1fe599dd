"""The smallest change that would have made a pair match, found condition by condition.

A changed rule is read again as a caller would send it, and judged whole: nothing is named that
does not suffice, and nothing that is not needed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from tieout_matcher.domain.explaining.changes import Change, changed_filters, removable
from tieout_matcher.domain.explaining.judged import Judged
from tieout_matcher.domain.explaining.pair import Pair
from tieout_matcher.domain.explaining.rule_changes import added_amount, wider
from tieout_matcher.domain.explaining.spelling import fields_of
from tieout_matcher.domain.explaining.tree import Place, Tree, Way
from tieout_matcher.domain.explaining.value_changes import (
    opposite_direction,
    same_currency,
    valued,
)
from tieout_matcher.domain.filters import read_condition
from tieout_matcher.domain.judging import Judge
from tieout_matcher.domain.rule import Leaf, RuleError

Filters = Mapping[str, Any]
Changes = tuple[Change, ...]


def mend(tree: Tree, way: Way, pair: Pair, filters: Filters) -> Changes | None:
    """Return changes that together suffice for a pair that fails a way; None: none is known.

    Rules are widened for the pair as corrected: first it is found what has to be corrected.
    """
    repair = _Repair(tree=tree, way=way, filters=filters)
    found = repair.changes(pair)
    corrections = tuple(one for one in found if one.kind == "value")
    if corrections and len(corrections) < len(found):
        found = repair.changes(pair, corrections)
    for one in found if len(found) > 1 else ():
        fewer = tuple(other for other in found if other is not one)
        if suffices(tree, fewer, pair, filters):
            found = fewer
    return found if found and suffices(tree, found, pair, filters) else None


def suffices(tree: Tree, changes: Sequence[Change], pair: Pair, filters: Filters) -> bool:
    """Tell whether the rule, changed and read again, holds for the pair as corrected."""
    try:
        condition = read_condition(changed_filters(filters, changes))
    except RuleError:
        return False
    changed = Tree(replace(tree.rule, condition=condition))
    return _as_corrected(pair, changes).judged(changed).held() is not None


@dataclass(frozen=True, kw_only=True)
class _State:
    """What was changed so far, the pair as corrected, and what changed conditions fulfil."""

    pair: Pair
    judged: Judged
    changes: Changes = ()
    settled: frozenset[Place] = frozenset()
    amounts_settled: bool = False

    def failing(self, way: Way) -> list[Place]:
        return [place for place in self.judged.failing(way) if place not in self.settled]

    def amounts_fail(self, way: Way) -> bool:
        asked = way.equal_amounts and not self.amounts_settled
        return asked and not self.judged.equal_amounts

    def count(self, way: Way) -> int:
        return len(self.failing(way)) + self.amounts_fail(way) + (not self.judged.one_currency)

    def with_settled(self, place: Place, changes: Iterable[Change]) -> "_State":
        return replace(self, settled=self.settled | {place}, changes=(*self.changes, *changes))

    def with_correction(self, change: Change) -> "_State":
        pair = _as_corrected(self.pair, [change])
        judged = pair.judged(self.judged.tree)
        return replace(self, pair=pair, judged=judged, changes=(*self.changes, change))


@dataclass(frozen=True, kw_only=True)
class _Repair:
    """One way of a rule, to be made to hold."""

    tree: Tree
    way: Way
    filters: Filters

    def changes(self, pair: Pair, corrections: Changes = ()) -> Changes:
        """Mend one thing after the other, as far as it can be; some corrections are made."""
        pair = _as_corrected(pair, corrections)
        state = _State(pair=pair, judged=pair.judged(self.tree), changes=corrections)
        for _ in range(len(self.way.paths) + 2):
            following = self._next(state)
            if following is None:
                break
            state = following
        return state.changes

    def _next(self, state: _State) -> _State | None:
        if not state.judged.one_currency:
            return self._corrected(state, [same_currency(state.pair)])
        for place in state.failing(self.way):
            return self._mended(state, place)
        if state.amounts_fail(self.way):
            return self._corrected(state, _turned(state.pair)) or self._more_amounts(state)
        return None

    def _mended(self, state: _State, place: Place) -> _State | None:
        leaf, met = self.tree.leaves[place], state.judged.met[place]
        if leaf.compares_amounts and leaf.operand == "eq":
            turned = self._corrected(state, _turned(state.pair))
            if turned is not None:
                return turned
        if met.a is not None and met.b is not None:
            for one in wider(leaf, met, currency=state.pair.entry.currency):
                if _fulfils(one.leaf, state.pair):
                    paths = self.way.paths[place]
                    changes = [msgspec.structs.replace(one.change, path=path) for path in paths]
                    return state.with_settled(place, changes)
        corrected = self._corrected(state, valued(leaf, met, state.pair))
        return corrected or self._without(state, place)

    def _corrected(self, state: _State, corrections: Iterable[Change]) -> _State | None:
        """Take the first correction after which less fails than before."""
        corrected = (state.with_correction(one) for one in corrections)
        failing = state.count(self.way)
        return next((one for one in corrected if one.count(self.way) < failing), None)

    def _more_amounts(self, state: _State) -> _State | None:
        added = added_amount(*state.judged.sums, currency=state.pair.entry.currency)
        if added is None:
            return None
        return replace(state, amounts_settled=True, changes=(*state.changes, added))

    def _without(self, state: _State, place: Place) -> _State | None:
        paths = self.way.paths[place]
        found = [path for one in paths if (path := removable(self.filters, one)) is not None]
        message = f"without the condition on {fields_of(self.tree.leaves[place])}"
        removed = [
            Change(kind="condition_removed", message=message, path=path)
            for path in dict.fromkeys(found)
        ]
        return state.with_settled(place, removed) if len(found) == len(paths) else None


def _as_corrected(pair: Pair, changes: Iterable[Change]) -> Pair:
    for one in changes:
        if one.record_id is not None and one.field is not None:
            pair = pair.corrected(one.record_id, one.field, one.to)
    return pair


def _turned(pair: Pair) -> list[Change]:
    turned = opposite_direction(pair)
    return [] if turned is None else [turned]


def _fulfils(leaf: Leaf, pair: Pair) -> bool:
    changed = Judge(leaf)
    a, b = changed.read_a(pair.side_a), changed.read_b(pair.side_b)
    return a is not None and b is not None and changed.holds(a, b)
