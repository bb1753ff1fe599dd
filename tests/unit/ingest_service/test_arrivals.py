from datetime import date
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_ingest.domain.arrivals import Decision, Known, all_new, decide
from tieout_ingest.domain.drafts import Record

from .builders import a_draft


def known(draft: Record, *, record_id: int = 1, version: int = 1) -> dict[str, Known]:
    assert draft.identity is not None
    return {draft.identity: Known(record_id=record_id, version=version, fields=draft.fields)}


def arrive(earlier: Record, later: Record) -> Decision:
    return decide(drafts=[later], known=known(earlier), numbers=[9])


def test_the_same_money_is_skipped_whatever_else_differs() -> None:
    decision = arrive(a_draft(), a_draft(description="told anew", metadata={"a": 1}))

    assert (decision.rows, decision.skipped, decision.conflicts) == ([], {0: 1}, {})


def test_an_amount_in_other_decimal_places_is_the_same_amount() -> None:
    decision = arrive(a_draft(), a_draft(amount_minor="100000", exponent=4))

    assert decision.skipped == {0: 1}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"amount_minor": "1001"}, "amount or direction"),
        ({"direction": "debit"}, "amount or direction"),
        ({"currency": "USD"}, "currency"),
        ({"date": date(2024, 3, 6)}, "date"),
        ({"value_date": date(2024, 3, 6)}, "value_date"),
    ],
)
def test_other_money_is_a_conflict_that_names_the_difference(
    change: dict[str, Any], named: str
) -> None:
    decision = arrive(a_draft(), a_draft(**change))

    assert decision.rows == []
    assert named in decision.conflicts[0]
    assert "record 1" in decision.conflicts[0]


def test_a_record_known_by_two_identities_gets_one_next_version() -> None:
    earlier = Known(record_id=1, version=3, fields=a_draft().fields, deleted=True)
    drafts = [a_draft(identity=one, external_id=one) for one in ("old", "new")]

    decision = decide(drafts=drafts, known={"old": earlier, "new": earlier}, numbers=[8, 9])

    assert [(row.record_id, row.version) for row in decision.rows] == [(1, 4)]
    assert decision.skipped == {1: 1}


def test_a_booking_supersedes_the_pending_record_with_any_money() -> None:
    pending = a_draft(status="pending")

    decision = arrive(pending, a_draft(amount_minor="999", date=date(2024, 3, 9)))

    [row] = decision.rows
    assert (row.record_id, row.version, row.position) == (1, 2, 9)


def test_what_a_source_repeats_of_a_corrected_record_is_skipped() -> None:
    reported, corrected = a_draft(), a_draft(amount_minor="1100")
    known = {"inv-1": Known(record_id=1, version=2, fields=corrected.fields,
                            reported=reported.fields)}  # fmt: skip

    repeated, equal, other = [
        decide(drafts=[one], known=known, numbers=[9])
        for one in (a_draft(), corrected, a_draft(amount_minor="7"))
    ]

    assert (repeated.skipped, equal.skipped) == ({0: 1}, {0: 1})
    assert list(other.conflicts) == [0]


def test_a_deleted_record_that_its_source_tells_again_is_its_next_version() -> None:
    gone = {"inv-1": Known(record_id=1, version=2, fields=a_draft().fields, deleted=True)}

    decision = decide(drafts=[a_draft(amount_minor="7"), a_draft()], known=gone, numbers=[8, 9])

    assert [(row.record_id, row.version) for row in decision.rows] == [(1, 3)]
    assert list(decision.conflicts) == [1]


def test_a_late_pending_notice_of_a_booked_record_is_skipped() -> None:
    late = a_draft(status="pending", date=date(2024, 3, 1))
    other_amount = a_draft(status="pending", amount_minor="5")

    assert arrive(a_draft(), late).skipped == {0: 1}
    assert list(arrive(a_draft(), other_amount).conflicts) == [0]


def test_records_without_identity_are_each_their_own() -> None:
    drafts = [a_draft(None), a_draft(None)]

    decision = decide(drafts=drafts, known={}, numbers=[1, 2])

    assert decision.rows == all_new(drafts, [1, 2])


DRAFTS = st.lists(
    st.builds(
        a_draft,
        st.sampled_from(["a", "b", "c", None]),
        amount_minor=st.sampled_from(["1", "2"]),
        status=st.sampled_from(["posted", "pending", "informational"]),
    ),
    max_size=12,
)


@given(drafts=DRAFTS, cuts=st.sets(st.integers(1, 11)))
def test_it_does_not_matter_how_drafts_are_cut_into_chunks(
    drafts: list[Record], cuts: set[int]
) -> None:
    one_by_one = run(drafts, set(range(1, len(drafts))))

    assert run(drafts, cuts) == one_by_one
    assert run(drafts, set()) == one_by_one


def run(drafts: list[Record], cuts: set[int]) -> list[tuple[str, Any]]:
    """Decide chunk by chunk, keeping what a database would; number each draft by its place."""
    numbers, stored, found = count(1), {}, []
    edges = [0, *sorted(cut for cut in cuts if cut < len(drafts)), len(drafts)]
    for start, end in pairwise(edges):
        chunk = drafts[start:end]
        taken = [next(numbers) for _ in chunk]
        decision = decide(drafts=chunk, known=stored, numbers=taken)
        for row in decision.rows:
            found.append(("stored", (row.record_id, row.version, row.position)))
            if row.draft.identity is not None:
                stored[row.draft.identity] = Known(
                    record_id=row.record_id, version=row.version, fields=row.draft.fields
                )
        found += [("skipped", (taken[n], met)) for n, met in decision.skipped.items()]
        found += [("conflict", taken[n]) for n in decision.conflicts]
    return sorted(found, key=repr)


@pytest.mark.parametrize("gone", ["deleted", "leaving"])
def test_what_is_no_more_or_is_being_withdrawn_is_a_record_again(gone: str) -> None:
    earlier = Known(record_id=1, version=2, fields=a_draft().fields, **{gone: True})

    decision = decide(drafts=[a_draft(), a_draft()], known={"inv-1": earlier}, numbers=[8, 9])

    assert [(row.record_id, row.version) for row in decision.rows] == [(1, 3)]
    assert decision.skipped == {1: 1}
    assert decision.returned == ([1] if gone == "deleted" else [])
