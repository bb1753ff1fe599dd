"""Pasts, short to write: entries with what became of them, and matches that somebody made."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tieout_contracts.outcomes import MatchKind
from tieout_contracts.record import Fields
from tieout_matcher.domain.backtesting.past import Past, PastEntry, PastMatch
from tieout_matcher.domain.backtesting.replay import Made
from unit.matcher.builders import encoded, some_fields

NOTHING_SAID = encoded(some_fields())


def past_of(
    sides: str,
    *matches: PastMatch,
    beside: Iterable[int] = (),
    apart: Iterable[tuple[tuple[int, ...], tuple[int, ...]]] = (),
) -> Past:
    """Make records 1, 2, … of the sides given by letter, that say nothing."""
    matched = {record for one in matches for record in (*one.side_a, *one.side_b)}
    entries = [
        PastEntry(n, n, "A" if side == "A" else "B", NOTHING_SAID, n in matched, n not in beside)
        for n, side in enumerate(sides, start=1)
    ]
    return Past(sign_mode="same", entries=entries, matches=matches, apart=frozenset(apart))


def match(
    match_id: int, side_a: Sequence[int], side_b: Sequence[int], kind: MatchKind = "exact"
) -> PastMatch:
    return PastMatch(match_id, kind, tuple(side_a), tuple(side_b))


def made(
    side_a: Sequence[int], side_b: Sequence[int], *, rule_id: int = 1, accepted: bool = True
) -> Made:
    return Made(rule_id, tuple(side_a), tuple(side_b), accepted)


def saying(past: Past, fields: dict[int, Fields]) -> Past:
    """Let records say something."""
    entries = [
        one._replace(fields=encoded(fields[one.record_id])) if one.record_id in fields else one
        for one in past.entries
    ]
    return replace(past, entries=entries)


@st.composite
def judged_cases(draw: st.DrawFn) -> tuple[Past, list[Made]]:
    """Draw a past and what rules made of it: each record in one match of each at most."""
    sides = draw(st.text("AB", min_size=2, max_size=10))
    truth = [
        match(number, *sets, kind=draw(st.sampled_from(["exact", "rollup", "manual", "force"])))
        for number, sets in enumerate(_sets(draw, sides), start=1)
    ]
    found = [
        made(*sets, rule_id=draw(st.integers(1, 2)), accepted=draw(st.booleans()))
        for sets in _sets(draw, sides)
        if all(sets)
    ]
    apart = [(tuple(sorted(one.side_a)), tuple(sorted(one.side_b))) for one in found]
    beside = draw(st.sets(st.integers(1, len(sides)), max_size=2))
    taken = draw(st.lists(st.sampled_from(apart), max_size=2)) if apart else []
    return past_of(sides, *truth, beside=beside, apart=taken), found


def _sets(draw: st.DrawFn, sides: str) -> list[Any]:
    """Draw disjoint pairs of sets of records; a side may be empty."""
    numbers = draw(st.permutations(range(1, len(sides) + 1)))
    found = []
    while numbers:
        size = draw(st.integers(1, 4))
        taken, numbers = numbers[:size], numbers[size:]
        sets = [[n for n in taken if sides[n - 1] == side] for side in "AB"]
        if draw(st.booleans()):
            found.append(sets)
    return found
