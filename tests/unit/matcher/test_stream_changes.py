"""What becomes of a reconciliation's streams when all of them are named anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout_contracts.record import Side
from tieout_matcher.domain.stream_changes import SideFixedError, Standing, change_streams

SIDES: st.SearchStrategy[Side] = st.sampled_from(["A", "B"])
STREAMS = st.integers(1, 6)


@given(
    known=st.dictionaries(STREAMS, st.builds(Standing, side=SIDES, has_left=st.booleans())),
    wanted=st.dictionaries(STREAMS, SIDES),
)
def test_afterwards_the_streams_are_those_that_were_named(
    known: dict[int, Standing], wanted: dict[int, Side]
) -> None:
    moved = {one for one, side in wanted.items() if one in known and known[one].side != side}
    if moved:
        with pytest.raises(SideFixedError) as caught:
            change_streams(known, wanted)
        assert caught.value.stream_id in moved
        return

    change = change_streams(known, wanted)

    before = {one: each.side for one, each in known.items() if not each.has_left}
    after = {one: side for one, side in before.items() if one not in change.leave} | change.put
    assert after == wanted
    assert not before.keys() & change.put.keys()
    assert set(change.leave) <= before.keys()
    assert set(change.left) | set(wanted) == known.keys() | wanted.keys()
    assert not set(change.left) & set(wanted)
