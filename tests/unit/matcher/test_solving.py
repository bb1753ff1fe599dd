"""Rules of a pass have their turn in order, and only what all of them leave is told of."""

from datetime import timedelta

from tieout_matcher.domain.passes.solve import solve
from tieout_matcher.domain.rule import Rollup
from unit.matcher.builders import DAY
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
