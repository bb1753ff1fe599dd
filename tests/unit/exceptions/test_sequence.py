from hypothesis import given
from hypothesis import strategies as st

from tieout_exceptions.domain.sequence import in_order

NUMBERS = st.lists(st.integers(1, 20), max_size=25)


@given(applied_seq=st.integers(0, 10), numbers=NUMBERS)
def test_nothing_is_skipped_and_nothing_beyond_a_gap_is_taken(
    applied_seq: int, numbers: list[int]
) -> None:
    order = in_order(applied_seq=applied_seq, numbers=numbers)

    taken = set(range(applied_seq + 1, order.last + 1))
    ahead = {number for number in numbers if number > applied_seq}
    assert taken <= ahead
    assert order.last + 1 not in ahead
    assert order.waiting == sorted(ahead - taken)


def test_a_gap_stops_until_it_is_filled() -> None:
    assert in_order(applied_seq=3, numbers=[4, 6, 7, 2]).waiting == [6, 7]
    assert in_order(applied_seq=4, numbers=[5, 6, 7]).last == 7
