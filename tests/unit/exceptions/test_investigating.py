"""What an investigation concludes from explanations."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_exceptions.domain.investigating import Explained, Near, conclude


def near(record_id: int, failing: int = 1, *, is_open: bool = True) -> Near:
    return Near(record_id=record_id, failing=failing, is_open=is_open, message=f"near {record_id}")


def explained(record_id: int, *found: Near, **shape: Any) -> Explained:
    return Explained(
        **{"record_id": record_id, "candidates": 10, "searched_all": True, "near": found} | shape
    )


def test_one_open_record_one_condition_away_is_a_match() -> None:
    found = conclude([explained(1, near(2), near(3, failing=2))], members=1)

    assert (found.outcome, found.confidence_percent) == ("match_found", 100)
    assert (found.suggested_record_ids, found.candidate_records_searched) == ((2,), 10)
    assert "Record 1 and 2: near 2" in found.recommendation_text


@pytest.mark.parametrize(
    "found",
    [
        [near(2), near(3)],
        [near(2, failing=2)],
        [near(2, is_open=False)],
    ],
    ids=["two of them", "two conditions", "matched elsewhere"],
)
def test_anything_else_that_is_near_is_for_a_person(found: list[Near]) -> None:
    concluded = conclude([explained(1, *found)], members=1)

    assert (concluded.outcome, concluded.confidence_percent) == ("needs_review", 0)
    assert concluded.suggested_record_ids == tuple(one.record_id for one in found)


def test_the_only_counterpart_of_two_is_that_of_neither() -> None:
    found = conclude([explained(1, near(2)), explained(3, near(2))], members=2)

    assert (found.outcome, found.suggested_record_ids) == ("needs_review", (2,))


@pytest.mark.parametrize(("doubtful", "outcome"), [(False, "match_found"), (True, "needs_review")])
def test_a_suggestion_counts_unless_it_is_in_doubt(doubtful: bool, outcome: str) -> None:
    one = explained(1, suggested=(4, 5), suggestion_is_doubtful=doubtful)

    found = conclude([one], members=1)

    assert (found.outcome, found.suggested_record_ids) == (outcome, (4, 5))


@pytest.mark.parametrize(
    ("searched_all", "members", "outcome", "percent"),
    [(True, 1, "no_match", 100), (False, 1, "needs_review", 0), (True, 2, "needs_review", 0)],
    ids=["whole", "not everything", "not every record"],
)
def test_nothing_near_is_no_match_only_after_a_whole_search(
    searched_all: bool,
    members: int,
    outcome: str,
    percent: int,
) -> None:
    found = conclude([explained(1, searched_all=searched_all)], members=members)

    assert (found.outcome, found.confidence_percent) == (outcome, percent)
    assert found.suggested_record_ids == ()


def test_half_of_them_certain_is_a_match_less_is_not() -> None:
    doubtful = [near(8), near(9)]
    half = [explained(1, near(2)), explained(3, *doubtful)]

    assert conclude(half, members=2).outcome == "match_found"
    assert conclude([*half, explained(5, *doubtful)], members=3).outcome == "needs_review"
    assert conclude(half, members=2).confidence_percent == 50


def test_an_empty_slice_has_nothing_to_look_at() -> None:
    found = conclude([], members=0)

    assert (found.outcome, found.candidate_records_searched) == ("no_match", 0)


nears = st.builds(
    Near,
    record_id=st.integers(100, 105),
    failing=st.integers(0, 3),
    is_open=st.booleans(),
    message=st.just("m"),
)
members = st.lists(
    st.builds(
        Explained,
        record_id=st.integers(1, 99),
        candidates=st.integers(0, 300),
        searched_all=st.booleans(),
        near=st.lists(nears, max_size=4, unique_by=lambda one: one.record_id).map(
            lambda found: tuple(sorted(found, key=lambda one: one.failing))
        ),
    ),
    max_size=6,
    unique_by=lambda one: one.record_id,
)


@given(members)
def test_the_surest_come_first_and_nothing_is_named_that_was_not_near(
    looked: list[Explained],
) -> None:
    found = conclude(looked, members=len(looked))

    anything_near = {each.record_id for one in looked for each in one.near}
    assert set(found.suggested_record_ids) <= anything_near
    assert bool(found.suggested_record_ids) == bool(anything_near)
    assert (found.outcome == "no_match") <= (not anything_near)
    assert (found.outcome == "match_found") == (
        bool(anything_near) and found.confidence_percent >= 50
    )
