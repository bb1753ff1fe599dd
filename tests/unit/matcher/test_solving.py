"""Rules of a pass have their turn in order, and only what all of them leave is told of."""

from datetime import timedelta

from tieout_matcher.domain.passes.keys import findable
from tieout_matcher.domain.passes.snapshot import OpenRow, PassRules, Snapshot, find, follow
from tieout_matcher.domain.passes.solve import solve
from tieout_matcher.domain.rule import Group, Rollup
from unit.matcher.builders import DAY, encoded, some_fields
from unit.matcher.pair_cases import leaf, open_entries, pass_rule

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


def test_what_a_person_took_apart_is_not_made_again() -> None:
    entries = open_entries(("A", {"reference": "R"}), ("B", {"reference": "R"}))
    rules = [BY_NAME]

    (made,) = solve(rules=rules, active=rules, entries=entries)
    left = solve(rules=rules, active=rules, entries=entries, blocked=frozenset({((101,), (102,))}))

    assert made.proposals[0].records == ((101,), (102,))
    assert left == []


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
