"""Rollups and sets: every property, and for each a mistake that it must see."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes import keys, links, windows
from tieout_matcher.domain.passes.finder import Finder
from tieout_matcher.domain.passes.proposal import Solved
from tieout_matcher.domain.passes.terms import Terms
from unit.matcher.group_cases import case_of, group_cases, mirrored, rearranged, symmetric
from unit.matcher.groups import proposals, remarks, solve
from unit.matcher.naive_group_terms import Naive
from unit.matcher.naive_groups import naive_lines
from unit.matcher.pair_cases import Case

SEEDS = 4000
Property = Callable[[Case], bool]


def solved(case: Case, facts: Sequence[Facts] | None = None) -> list[Solved]:
    return solve(
        case.rules[0],
        case.facts() if facts is None else facts,
        blocked=case.blocked,
        only_suggest=case.only_suggest,
    )


def equals_what_the_words_say(case: Case) -> bool:
    made = sorted((*one.records, one.doubt) for one in proposals(solved(case)))
    return made == naive_lines(case)


def every_proposal_satisfies_its_rule(case: Case) -> bool:
    naive = Naive(case)
    known = {one.record_id: one for one in case.entries}
    return all(
        naive.score(
            *([known[one.record_id] for one in side] for side in (made.side_a, made.side_b))
        )
        == made.score
        for made in proposals(solved(case))
    )


def none_is_proposed_twice(case: Case) -> bool:
    members = Counter(one.record_id for made in proposals(solved(case)) for one in made.members)
    return max(members.values(), default=0) <= 1


def members_are_no_more_than_a_match_may_have(case: Case) -> bool:
    rule = case.rules[0]
    with pytest.MonkeyPatch.context() as patched:
        for place in ("window_search", "cohort_search"):
            patched.setattr(f"tieout_matcher.domain.passes.{place}.MAX_MEMBERS", 2)
        groups = [
            made.side_a if rule.many_side == "a" else made.side_b
            for made in proposals(solved(case))
        ]
    return rule.cardinality == "many_to_many" or all(len(one) <= 2 for one in groups)


def groups_are_of_many_against_one(case: Case) -> bool:
    rule = case.rules[0]
    return rule.cardinality == "many_to_many" or all(
        len(made.side_b if rule.many_side == "a" else made.side_a) == 1
        for made in proposals(solved(case))
    )


def arrival_does_not_matter(case: Case) -> bool:
    """Neither the order in which entries are given nor their numbers change what is found."""
    other = rearranged(case, random.Random(len(case.entries)))  # noqa: S311 - any order will do
    return _said(case) == _said(other)


def sides_do_not_matter(case: Case) -> bool:
    if not symmetric(case):
        return True
    other = [(b, a, *rest) for a, b, *rest in _said(mirrored(case))]
    return _said(case) == sorted(other)


def what_was_taken_apart_is_not_made(case: Case) -> bool:
    made = replace(case, blocked=frozenset())
    first = frozenset(one.records for one in proposals(solved(made)))
    again = {one.records for one in proposals(solved(replace(made, blocked=first)))}
    return not first & again


def what_is_followed_decides_like_everything(case: Case) -> bool:
    """Follow keys and links from entry to entry: the parts give what the whole gives."""
    finder = Finder(tried=case.rules, active=case.rules)
    found: list[Any] = []
    left = case.facts()
    while left:
        part, frontier, left = left[:1], left[:1], left[1:]
        while frontier:
            probes = {key for one in frontier for key in finder.probes(one)}
            near = [one for one in left if not probes.isdisjoint(finder.keys(one))]
            frontier = links.linked(rules=case.rules, frontier=frontier, found=near)
            part += frontier
            left = [one for one in left if one not in frontier]
        found += _outcomes(solved(case, part))
    return sorted(found) == sorted(_outcomes(solved(case)))


def what_is_decided_together_is_named(case: Case) -> bool:
    parts = solved(case)
    named = all(
        {one.record_id for made in part.proposals for one in made.members} <= set(part.entries)
        and {one.record_id for one in part.remarks} <= set(part.entries)
        for part in parts
    )
    entries = Counter(one for part in parts if part.proposals for one in part.entries)
    return named and max(entries.values(), default=0) <= 1


def _said(case: Case) -> list[Any]:
    """Return what is found, by what its members say."""
    return sorted(
        (
            sorted(one.sameness for one in made.side_a),
            sorted(one.sameness for one in made.side_b),
            made.doubt or "",
            made.score,
            made.candidates,
        )
        for made in proposals(solved(case))
    )


def _outcomes(parts: Sequence[Solved]) -> list[str]:
    return [repr((one.records, one.doubt, one.others)) for one in proposals(parts)] + [
        repr(one) for one in remarks(parts)
    ]


PROPERTIES: tuple[Property, ...] = (
    equals_what_the_words_say,
    every_proposal_satisfies_its_rule,
    none_is_proposed_twice,
    members_are_no_more_than_a_match_may_have,
    groups_are_of_many_against_one,
    arrival_does_not_matter,
    sides_do_not_matter,
    what_was_taken_apart_is_not_made,
    what_is_followed_decides_like_everything,
    what_is_decided_together_is_named,
)


@given(case=group_cases)
@settings(max_examples=500, deadline=None)
def test_solving_groups_keeps_every_property(case: Case) -> None:
    assert [kept.__name__ for kept in PROPERTIES if not kept(case)] == []


def _first_alone(judging: Any, side_a: Sequence[Facts], side_b: Sequence[Facts]) -> Any:
    return _held(judging, side_a[:1], side_b[:1])


def _early_end(sums: Sequence[int], **asked: Any) -> list[tuple[int, int]]:
    return sorted(_runs(sums, **asked))


def _never(*_: Any) -> None:
    return None


def _as_they_come(segment: Any, day: int, same_day: Sequence[Facts]) -> Any:
    return [(one, segment._search.fits(one, day)) for one in same_day]  # noqa: SLF001  # wrong inside


def _by_number(entries: Sequence[Facts], _: Any) -> list[Facts]:
    return sorted(entries, key=lambda one: (one.said["date"], one.record_id))


def _split(rule: Any) -> Any:
    """Find members of a cohort by the equalities of the rule, not by one another."""
    return [one for one in _blockings(rule) if one.gathers is None]


def _of_the_other_side(blocking: Any, facts: Facts) -> list[int]:
    return [] if blocking.gathers else _probes(blocking, facts)


def _apart(taken: Any) -> list[Solved]:
    return [Solved(entries=(), proposals=(one.proposal,)) for one in taken]


_held, _runs, _blockings = Terms.held, windows.runs, keys.set_blockings
_probes = keys.Blocking.probes
MISTAKES: list[tuple[Property, str, Any]] = [
    (equals_what_the_words_say, "windows.runs", _early_end),
    (equals_what_the_words_say, "segments.Segment._in_turn", _as_they_come),
    (equals_what_the_words_say, "segments.Segment._rivals", lambda *_, **__: []),
    (equals_what_the_words_say, "window_search.WindowSearch.first_day", lambda _, day: day - 2),
    (equals_what_the_words_say, "cohort_search.CohortSearch._refusal", _never),
    (equals_what_the_words_say, "cohort_search.CohortSearch._apart_days", lambda *_: 0),
    (equals_what_the_words_say, "terms._reach", lambda *_: 0),
    (equals_what_the_words_say, "proposing.Asked._doubt", lambda *_, **__: None),
    (equals_what_the_words_say, "set_blocks.SetBlock._order", lambda _, chosen: chosen),
    (equals_what_the_words_say, "subsets._smaller_first", lambda found: -found[1]),
    (every_proposal_satisfies_its_rule, "terms.Terms.held", _first_alone),
    (every_proposal_satisfies_its_rule, "window_search.worst", lambda held: held[0]),
    (none_is_proposed_twice, "windows.OpenDays.take", lambda *_: None),
    (
        members_are_no_more_than_a_match_may_have,
        "cohort_search.CohortSearch._refusal",
        lambda *_: None,
    ),
    (groups_are_of_many_against_one, "proposing.Asked.many", "A"),
    (arrival_does_not_matter, "rollups.in_content_order", _by_number),
    (sides_do_not_matter, "proposing.Asked.sides", lambda _, some, one: (tuple(some), (one,))),
    (what_was_taken_apart_is_not_made, "proposing.Asked.is_blocked", lambda *_: False),
    (what_is_followed_decides_like_everything, "links.set_blockings", _split),
    (what_is_followed_decides_like_everything, "keys.Blocking.probes", _of_the_other_side),
    (what_is_decided_together_is_named, "segments.together", _apart),
]


@pytest.mark.parametrize(
    ("holds", "place", "wrong"),
    MISTAKES,
    ids=[f"{holds.__name__}-{place}" for holds, place, _ in MISTAKES],
)
def test_the_property_sees_the_mistake(
    monkeypatch: pytest.MonkeyPatch, holds: Property, place: str, wrong: Any
) -> None:
    monkeypatch.setattr(f"tieout_matcher.domain.passes.{place}", wrong)

    assert not all(_holds(holds, seed) for seed in range(SEEDS))


def _holds(holds: Property, seed: int) -> bool:
    try:
        return holds(case_of(seed))
    except (ValueError, IndexError, KeyError, AssertionError):
        return False
