"""Rules of a pass have their turn in order, and only what all of them leave is told of."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes import links
from tieout_matcher.domain.passes.keys import blockings, findable
from tieout_matcher.domain.passes.links import linked
from tieout_matcher.domain.passes.snapshot import OpenRow, PassRules, Snapshot, find, follow
from tieout_matcher.domain.passes.solve import solve
from tieout_matcher.domain.rule import Group, Rollup
from unit.matcher.builders import DAY, encoded, some_fields
from unit.matcher.pair_cases import Case, case_of, leaf, open_entries, pass_rule

BY_NAME = pass_rule(leaf("reference"), leaf("date", tolerance="3 day"), rule_id=1)
BY_DAY = pass_rule(
    leaf("amount"),
    rule_id=2,
    cardinality="many_to_one",
    rollup=Rollup(kind="date"),
    group_by=("date",),
)
EXACT = pass_rule(leaf("external_id"), rule_id=3, evaluate="arrival")


def test_a_rule_takes_what_those_before_it_left_and_mismatches_come_last() -> None:
    later = DAY + timedelta(days=2)
    entries = open_entries(
        ("A", {"reference": "R"}),
        ("B", {"reference": "R", "date": later}),
        ("A", {"amount_minor": "300"}),
        ("A", {"amount_minor": "400"}),
        ("B", {"amount_minor": "700"}),
        ("A", {"external_id": "x", "date": later}),
        ("B", {"external_id": "x", "amount_minor": "999", "date": later}),
    )

    found = solve(rules=[BY_NAME, BY_DAY], active=[EXACT, BY_NAME, BY_DAY], entries=entries)

    made = [(one.rule_index, *one.records) for part in found for one in part.proposals]
    assert made == [(0, (101,), (102,)), (1, (103, 104), (105,))]
    told = [(one.record_id, one.code, one.rule_id) for part in found for one in part.remarks]
    assert told[-1] == (107, "amount_mismatch", 3)


def found_in(case: Case, entries: Sequence[Facts]) -> Counter[object]:
    """What a pass over these entries proposes and says."""
    solved = solve(rules=case.rules, active=case.rules, entries=entries, blocked=case.blocked)
    proposals = [one for part in solved for one in part.proposals]
    return Counter(
        [(one.rule_index, one.records, one.score, one.doubt, one.others) for one in proposals]
        + [remark for part in solved for remark in part.remarks]
    )


def chunks(case: Case) -> list[list[Facts]]:
    """Part the entries as passes do: from one entry on, by keys and edges, to all it leads to."""
    left = case.facts()
    found = []
    while left:
        chunk, frontier = [left[0]], [left[0]]
        left = left[1:]
        while frontier:
            probes = {
                key for rule in case.rules for blocking in blockings(rule)
                for one in frontier for key in blocking.probes(one)
            }  # fmt: skip
            sharing = [
                one for one in left
                if probes & {key for rule in case.rules for blocking in blockings(rule)
                             for key in blocking.keys(one)}
            ]  # fmt: skip
            frontier = linked(rules=case.rules, frontier=frontier, found=sharing)
            left = [one for one in left if one not in frontier]
            chunk += frontier
        found.append(chunk)
    return found


def chunks_find_the_same(seeds: range) -> bool:
    several = 0
    for seed in seeds:
        case = case_of(seed)
        rules = tuple(one for rule in case.rules if (one := findable(rule)) is not None)
        case = replace(case, rules=rules)
        parts = chunks(case)
        several += len(parts) > 1
        if sum((found_in(case, part) for part in parts), Counter()) != found_in(case, case.facts()):
            return False
    assert several
    return True


def test_solving_chunk_by_chunk_finds_what_solving_everything_would() -> None:
    assert chunks_find_the_same(range(2000))


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("near", lambda position: [position]),
        ("identity_blockings", lambda _: []),
        ("ways_of", lambda _: []),
    ],
)
def test_a_chunk_that_is_not_whole_is_seen(
    monkeypatch: pytest.MonkeyPatch, place: str, wrong: object
) -> None:
    monkeypatch.setattr(links, place, wrong)

    assert not chunks_find_the_same(range(2000))


def test_what_no_key_finds_is_tried_only_with_everything_there_is() -> None:
    rule = pass_rule(leaf("amount", tolerance="10 percent"), leaf("currency"))
    rows = tuple(
        OpenRow(
            record_id=number,
            entry_no=number,
            side=side,
            fields=encoded(some_fields(amount)),
            left_minor=None,
        )
        for number, side, amount in ((1, "A", "1000"), (2, "B", "1001"))
    )
    rules = PassRules(tried=(rule,), active=(rule,), sign_mode="same")

    whole, part = (
        find(Snapshot(rules=rules, rows=rows, everything=everything))
        for everything in (True, False)
    )

    assert [one.findings[0].members for one in whole] == [(1, 2)]
    assert part == []
    assert follow(rules, rows[:1], rows[1:]) == []


def test_only_alternatives_that_keys_find_are_tried_in_part() -> None:
    by_share = leaf("amount", tolerance="10 percent")
    either = Group(operand="or", children=(by_share, leaf("reference")))

    assert findable(BY_NAME) == BY_NAME
    assert findable(BY_DAY) == BY_DAY
    assert findable(pass_rule(by_share, leaf("currency"))) is None
    part = findable(pass_rule(either, leaf("currency")))
    assert part is not None
    (way,) = part.condition.children
    assert way == Group(operand="and", children=(leaf("reference"), leaf("currency")))
