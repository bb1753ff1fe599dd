"""Rules of many to many: their three answers, by hand."""

import pytest

from tieout_matcher.domain.passes import set_blocks as solver
from unit.matcher.groups import SUM, entries, found, of_sets, proposals, said, solve
from unit.matcher.pair_cases import leaf

LINKED = leaf("reference")


def test_sets_that_add_up_to_each_other_match() -> None:
    given = entries("A 1.00", "A 4.00", "A 9.00", "B 2.00", "B 3.00", "B 7.50")

    (one,) = proposals(solve(of_sets(), given))

    assert ([m.record_id for m in one.members], one.kind, one.doubt, one.score) == (
        [101, 102, 104, 105], "set", None, 100,
    )  # fmt: skip


def test_amounts_are_added_up_with_their_signs() -> None:
    assert found(of_sets(), entries("A 5.00", "A -2.00", "B 3.00")) == ["101 102 = 103"]


def test_smaller_sets_that_tie_are_taken_for_themselves() -> None:
    given = entries("A 1.00", "A 4.00", "B 1.00", "B 4.00")

    assert found(of_sets(), given) == ["101 = 103", "102 = 104"]


def test_sets_that_want_the_same_entry_are_ambiguous_and_the_smallest_is_suggested() -> None:
    given = entries("A 3.00", "A 4.00", "A 7.00", "B 7.00")

    (one,) = proposals(solve(of_sets(), given))

    assert ([m.record_id for m in one.members], one.doubt) == ([103, 104], "ambiguous")
    assert (one.candidates, one.others) == (2, (101, 102))


def test_the_nearest_is_suggested_first() -> None:
    rule = of_sets(leaf("amount", tolerance="0.5 dollar"))
    given = entries("A 3.00", "A 4.00", "A 6.90", "B 7.00")

    assert found(rule, given) == ["101 102 = 104 ambiguous"]


def test_the_tolerance_is_on_the_sums() -> None:
    rule = of_sets(leaf("amount", tolerance="10 percent"))

    assert found(rule, entries("A 60.00", "A 50.00", "B 40.00", "B 60.00"))
    (one,) = proposals(solve(rule, entries("A 81.00", "A 29.00", "B 34.00", "B 66.00")))
    assert (one.difference_minor, one.score, len(one.members)) == (1000, 50, 4)
    assert found(rule, entries("A 81.00", "A 29.01", "B 34.00", "B 66.00")) == []


def test_a_nearer_set_stands_beside_a_smaller_one_in_it_and_makes_it_ambiguous() -> None:
    rule = of_sets(leaf("amount", tolerance="10 percent"))

    assert found(rule, entries("A 61.00", "A 5.00", "B 66.00")) == ["101 102 = 103 ambiguous"]


def test_two_sets_that_tie_stay_two_though_their_differences_cancel_out() -> None:
    rule = of_sets(leaf("amount", tolerance="0.5 dollar"))

    assert found(rule, entries("A 10.10", "A 20.00", "B 10.00", "B 20.10")) == [
        "101 = 103", "102 = 104",
    ]  # fmt: skip


def test_every_condition_must_hold_between_all_members() -> None:
    rule = of_sets(SUM, leaf("date", tolerance="1 day"))

    assert found(rule, entries("A 1.00", "A 2.00 +2", "B 3.00 +1")) == ["101 102 = 103"]
    assert found(rule, entries("A 1.00", "A 2.00 +3", "B 3.00 +1")) == []


def test_entries_of_other_blocks_do_not_belong_together() -> None:
    rule = of_sets(SUM, LINKED)
    given = entries("A 1.00 reference=r", "A 2.00 reference=s", "B 3.00 reference=r", "B 3.00")

    assert found(rule, given) == []


def test_identical_entries_are_no_ambiguity_and_the_first_go_first() -> None:
    given = entries("A 1.00", "A 1.00", "A 1.00", "A 1.00", "A 1.00", "B 2.00", "B 2.00")

    assert found(of_sets(), given) == ["101 102 = 106", "103 104 = 107"]


def test_identical_entries_are_no_ambiguity_while_there_are_enough_for_all() -> None:
    given = entries("A 1.00", "A 1.00", "B 1.00 reference=r", "B 1.00 reference=s")

    assert found(of_sets(), given) == ["101 = 103", "102 = 104"]
    assert found(of_sets(), given[1:]) == ["102 = 103 ambiguous"]


def test_what_a_person_took_apart_is_not_made_again_nor_anything_larger() -> None:
    given = entries("A 1.00", "A 2.00", "B 1.00", "B 2.00")

    assert found(of_sets(), given, blocked=frozenset({((102,), (104,))})) == ["101 = 103"]


def test_without_what_a_person_took_apart_the_next_is_found() -> None:
    given = entries("A 3.00", "A 4.00", "A 7.00", "B 7.00")

    assert found(of_sets(), given, blocked=frozenset({((103,), (104,))})) == ["101 102 = 104"]


def test_what_a_person_took_apart_leaves_an_identical_entry() -> None:
    given = entries("A 1.00", "A 1.00", "B 1.00")

    assert found(of_sets(), given, blocked=frozenset({((101,), (103,))})) == ["102 = 103"]


def test_more_candidates_than_a_block_may_have_are_left_and_said() -> None:
    given = [f"A {number}.00" for number in range(1, 24)]

    assert said(of_sets(), entries(*given, "B 300.00")) == []
    assert {one.split()[1] for one in said(of_sets(), entries(*given, "B 300.00", "B 1.00"))} == {
        "block_too_large"
    }


def test_a_search_that_would_take_too_long_is_given_up_and_said() -> None:
    given = [f"A 1.00 reference=a{number}" for number in range(12)]
    given += [f"B 1.00 reference=b{number}" for number in range(12)]

    assert found(of_sets(), entries(*given)) == []
    assert {one.split()[1] for one in said(of_sets(), entries(*given))} == {"budget_exhausted"}


def test_a_search_takes_the_same_steps_in_whatever_order_its_entries_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = ["A 1.00", "A 4.00", "A 1.00 +1", "B 1.00", "B 4.00"]

    def enough(given: list[str]) -> list[bool]:
        outcomes = []
        for steps in range(1, 30):
            monkeypatch.setattr(solver, "MAX_STEPS", steps)
            outcomes.append(bool(found(of_sets(), entries(*given))))
        return outcomes

    assert enough(given) == sorted(enough(given))
    assert 0 < sum(enough(given)) < 29
    assert enough(given) == enough(given[::-1])


def test_pending_members_low_scores_and_manual_mode_are_suggested() -> None:
    given = entries("A 1.00", "B 1.00")
    near = of_sets(leaf("amount", tolerance="0.5 dollar"), min_score_to_accept=91)

    assert found(of_sets(), given, only_suggest=True) == ["101 = 102 manual_mode"]
    assert found(near, entries("A 1.10", "B 1.00")) == ["101 = 102 below_min_score"]
    assert found(of_sets(), entries("A 1.00 status=pending", "B 1.00")) == ["101 = 102 pending"]


def test_nothing_is_said_of_a_block_with_one_side_only() -> None:
    assert solve(of_sets(), entries(*(f"A {number}.00" for number in range(1, 30)))) == []
