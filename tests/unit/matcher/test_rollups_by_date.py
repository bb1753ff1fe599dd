"""Rollups by date: each sentence of what they mean, by hand."""

from datetime import timedelta

import pytest

from tieout_matcher.domain.passes import window_search as solver
from tieout_matcher.domain.passes.windows import runs
from unit.matcher.builders import DAY
from unit.matcher.groups import SUM, by_date, entries, found, proposals, said, solve
from unit.matcher.pair_cases import leaf

WITHIN_HALF = leaf("amount", tolerance="0.5 dollar")


def test_the_day_of_a_record_is_the_first_day_of_its_window() -> None:
    given = entries("A 10.00", "A 2.50", "A 5.00 -1", "B 12.50")

    assert found(by_date(lookback=1), given) == ["101 102 = 104"]


def test_a_day_is_taken_whole() -> None:
    given = entries("A 10.00", "A 2.50", "A 5.00", "B 12.50")

    assert found(by_date(), given) == []


def test_a_window_is_of_contiguous_days_and_looks_back_so_many_days() -> None:
    given = entries("A 1.00 -2", "A 2.00 -1", "A 4.00", "B 7.00")

    assert found(by_date(lookback=3), given) == ["101 102 103 = 104"]
    assert found(by_date(lookback=2), given) == []
    assert found(by_date(lookback=3), entries("A 1.00 -2", "A 2.00 -1", "A 4.00", "B 5.00")) == []


def test_a_window_may_end_before_the_day_of_the_record_but_never_after_it() -> None:
    assert found(by_date(lookback=3), entries("A 1.00 -2", "A 4.00", "B 1.00")) == ["101 = 103"]
    assert found(by_date(lookback=3), entries("A 1.00 +1", "A 4.00", "B 1.00")) == []


def test_days_without_open_members_do_not_make_another_window() -> None:
    given = entries("A 1.00 -4", "A 2.00 -1", "B 3.00")

    assert found(by_date(lookback=5), given) == ["101 102 = 103"]


def test_without_a_bound_every_open_day_counts() -> None:
    given = entries("A 1.00 -300", "A 2.00 -1", "B 3.00")

    assert found(by_date(), given) == ["101 102 = 103"]


def test_more_open_days_than_a_window_may_have_are_left_and_said() -> None:
    days = [f"A 1.00 {-number}" for number in range(1, 368)]

    assert found(by_date(), entries(*days[:366], "B 366.00"))
    assert found(by_date(), entries(*days, "B 1.00")) == []
    assert said(by_date(), entries(*days, "B 1.00")) == ["468 window_too_large"]
    assert found(by_date(lookback=366), entries(*days[:366], "B 365.00"))


def test_of_several_windows_the_latest_end_is_suggested() -> None:
    given = entries("A 3.00 -2", "A 3.00 -1", "A 1.00", "B 3.00")

    (one,) = proposals(solve(by_date(), given))

    assert ([entry.record_id for entry in one.side_a], one.doubt) == ([102], "ambiguous")
    assert (one.others, one.candidates) == ((101,), 2)


def test_of_several_windows_with_the_latest_end_the_shortest_is_suggested() -> None:
    given = entries("A 2.00 -2", "A -2.00 -1", "A 3.00", "B 3.00")

    (one,) = proposals(solve(by_date(), given))

    assert ([entry.record_id for entry in one.side_a], one.doubt) == ([103], "ambiguous")
    assert one.others == (101, 102)


def test_several_windows_within_tolerance_are_suggested_even_when_one_is_exact() -> None:
    given = entries("A 3.00 -1", "A 3.10", "B 3.00")

    assert found(by_date(WITHIN_HALF), given) == ["102 = 103 ambiguous"]


def test_the_tolerance_is_on_the_sum() -> None:
    given = entries("A 1.30", "A 1.30", "B 3.00")

    assert found(by_date(WITHIN_HALF), given) == ["101 102 = 103"]
    assert found(by_date(leaf("amount", tolerance="0.39 dollar")), given) == []


def test_a_sum_of_side_b_may_be_far_from_the_record_when_the_percentage_is_high() -> None:
    rule = by_date(leaf("amount", tolerance="50 percent"), many_side="b")

    assert found(rule, entries("B 60.00", "B 40.00", "A 50.00"))
    assert not found(rule, entries("B 60.00", "B 40.01", "A 50.00"))


def test_a_segment_matches_only_records_with_equal_values() -> None:
    rule = by_date(group_by="date counterparty")
    given = entries(
        "A 1.00 counterparty=x", "A 1.00 counterparty=y", "A 1.00", "A 2.00 counterparty=y",
        "B 3.00 counterparty=y", "B 4.00 counterparty=x", "B 1.00",
    )  # fmt: skip

    assert found(rule, given) == ["102 104 = 105"]


def test_entries_without_a_group_key_are_left_out() -> None:
    rule = by_date(group_by="value_date counterparty")
    given = entries("A 1.00 counterparty=x", f"A 1.00 value_date={DAY}", "B 1.00")

    assert said(rule, given) == [
        "101 group_key_missing", "102 group_key_missing", "103 group_key_missing",
    ]  # fmt: skip


def test_the_days_are_those_of_the_field_that_groups() -> None:
    rule = by_date(group_by="value_date", lookback=1)
    given = entries(f"A 1.00 -9 value_date={DAY}", f"A 2.00 value_date={DAY - timedelta(1)}",
                    "B 1.00")  # fmt: skip

    assert found(rule, given) == ["101 = 103"]


def test_a_day_of_metadata_is_the_day_as_written() -> None:
    rule = by_date(group_by="metadata.day")
    given = entries(f"A 1.00 -9 day={DAY}T23:59:59-11:00", "B 1.00")

    assert found(rule, given) == ["101 = 102"]


def test_every_other_condition_must_hold_for_every_member() -> None:
    rule = by_date(SUM, leaf("counterparty"))
    given = ["A 1.00 -1 counterparty=y", "A 2.00 counterparty=x", "A 3.00 counterparty=y"]

    assert found(rule, entries(*given, "B 5.00 counterparty=x")) == []
    assert found(rule, entries(*given, "B 1.00 counterparty=y")) == ["101 = 104"]


def test_records_take_their_turn_by_day_and_what_is_taken_is_gone() -> None:
    given = entries("A 3.00", "A 4.00 +1", "B 3.00", "B 3.00 +1", "B 4.00 +2")

    assert found(by_date(), given) == ["101 = 103", "102 = 105"]


def test_days_around_what_is_taken_move_together() -> None:
    given = entries("A 1.00", "A 5.00 +1", "A 2.00 +2", "B 5.00 +1", "B 3.00 +2")

    assert found(by_date(), given) == ["101 103 = 105", "102 = 104"]


def test_a_window_that_fits_several_records_of_a_day_is_suggested() -> None:
    given = entries("A 3.00", "B 3.00 reference=r", "B 3.00 reference=s")

    (one,) = proposals(solve(by_date(), given))

    assert (one.side_b[0].record_id, one.doubt, one.others) == (102, "ambiguous", (103,))


def test_records_that_say_the_same_are_no_ambiguity() -> None:
    assert found(by_date(), entries("A 3.00", "B 3.00", "B 3.00")) == ["101 = 102"]


def test_on_one_day_the_record_nearest_to_a_window_goes_first() -> None:
    given = entries("A 3.00", "B 2.90 reference=a", "B 3.00 reference=b")

    assert found(by_date(WITHIN_HALF), given) == ["101 = 103 ambiguous"]


def test_what_a_person_took_apart_is_not_made_again_and_the_next_is_found() -> None:
    given = entries("A 3.00 -1", "A 3.00", "B 3.00")

    assert found(by_date(), given, blocked=frozenset({((102,), (103,))})) == ["101 = 103"]


def test_more_members_than_a_match_may_have_are_left_and_said() -> None:
    many = [f"A 0.01 reference=r{number}" for number in range(501)]

    assert found(by_date(), entries(*many[:500], "B 5.00"))
    assert found(by_date(), entries(*many, "B 5.01")) == []
    assert said(by_date(), entries(*many, "B 5.01")) == ["602 too_many_members"]


def test_one_open_day_tells_by_how_much_it_misses() -> None:
    assert said(by_date(), entries("A 10.00", "A 1.00", "B 11.50")) == [
        "103 rollup_incomplete 0.50 EUR less"
    ]


def test_a_day_misses_only_its_earliest_record() -> None:
    given = entries("A 10.00", "B 11.50", "A 4.00 +1", "B 3.00 +1", "B 8.00 +9")

    assert said(by_date(), given) == [
        "102 rollup_incomplete 1.50 EUR less", "104 rollup_incomplete 1.00 EUR more",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        entries("A 10.00 -1", "A 1.00", "B 11.50"),
        entries("A 10.00", "B 11.50", "B 12.00"),
        entries("A 10.00 +1", "B 11.50"),
    ],
    ids=["several days", "several records of the day", "no day"],
)
def test_nothing_is_said_where_it_is_not_clear_what_misses(given: list[object]) -> None:
    assert said(by_date(), given) == []  # type: ignore[arg-type]


def test_what_builds_on_taken_days_is_decided_with_them_and_the_rest_apart() -> None:
    given = entries("A 1.00", "B 1.00", "A 2.00 +1", "B 2.00 +1", "A 3.00 +9", "B 3.00 +9")

    assert [one.entries for one in solve(by_date(lookback=2), given)] == [
        (101, 102, 103, 104), (105, 106),
    ]  # fmt: skip


def test_windows_are_counted_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "MAX_COUNTED", 2)
    given = entries("A 3.00 -2", "A 3.00 -1", "A 3.00", "B 3.00")

    (one,) = proposals(solve(by_date(), given))

    assert (one.candidates, one.doubt) == (2, "ambiguous")


def test_any_run_is_near_enough_without_a_reach() -> None:
    assert runs([1, 2, 3], wanted=0, reach=None) == [
        (2, 2), (1, 2), (0, 2), (1, 1), (0, 1), (0, 0),
    ]  # fmt: skip
