from hypothesis import given
from hypothesis import strategies as st

from tieout_ingest.domain.bulk_items import placed, without


@given(values=st.lists(st.text(), max_size=20), rounds=st.lists(st.sets(st.integers(0, 19))))
def test_however_often_it_is_retried_an_item_keeps_the_place_it_was_sent_at(
    values: list[str], rounds: list[set[int]]
) -> None:
    items = placed(values, None)

    for done in rounds:
        items = placed(without(items, done).values, without(items, done).indexes)

    gone = set().union(*rounds)
    left = [index for index in range(len(values)) if index not in gone]
    assert items.indexes == left
    assert items.values == [values[index] for index in left]
