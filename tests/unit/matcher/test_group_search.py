"""The arithmetic behind rollups and sets against spelling everything out."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tieout_matcher.domain.passes.subsets import Kind, smallest_sets
from tieout_matcher.domain.passes.windows import runs

_units = st.integers(-6, 6)
_ENOUGH = 1_000_000


@given(sums=st.lists(_units, max_size=12), wanted=_units, reach=st.integers(0, 4))
def test_every_run_that_is_near_enough_is_found_the_latest_end_and_shortest_first(
    sums: list[int], wanted: int, reach: int
) -> None:
    days = range(len(sums))

    spelled = [
        (first, last)
        for last in reversed(days)
        for first in reversed(days[: last + 1])
        if abs(sum(sums[first : last + 1]) - wanted) <= reach
    ]

    assert runs(sums, wanted=wanted, reach=reach) == spelled


@given(
    given=st.lists(st.tuples(st.integers(-4, 4), st.integers(1, 3)), min_size=1, max_size=6),
    reach=st.integers(0, 2),
    odd=st.integers(1, 7),
)
def test_the_sets_that_stand_are_those_that_spelling_out_all_leaves(
    given: list[tuple[int, int]], reach: int, odd: int
) -> None:
    kinds = [
        Kind(units=units, first_bit=sum(count for _, count in given[:place]), count=count)
        for place, (units, count) in enumerate(given)
    ]

    def tie(counts: tuple[int, ...]) -> bool:
        """Some sets do not tie, whatever they add up to: those of other conditions."""
        near = abs(_total(kinds, counts)) <= reach
        return near and any(counts) and sum(x * place for place, x in enumerate(counts)) % odd != 1

    def score_of(chosen: int) -> int | None:
        counts = tuple(kind.taken(chosen) for kind in kinds)
        return sum(counts) if tie(counts) else None

    found = smallest_sets(kinds, reach=reach, score_of=score_of, budget_steps=_ENOUGH)

    stand: dict[tuple[int, ...], int] = {}
    spelled = product(*(range(kind.count + 1) for kind in kinds))
    for one in sorted(filter(tie, spelled), key=sum):
        near = abs(_total(kinds, one))
        inner = [two for two in stand if all(x <= y for x, y in zip(two, one, strict=True))]
        rests = (tuple(y - x for x, y in zip(two, one, strict=True)) for two in inner)
        if all(stand[two] > near for two in inner) and not any(map(tie, rests)):
            stand[one] = near
    counts_of = {tuple(kind.taken(one) for kind in kinds): score for one, score in found.items()}
    assert counts_of == {one: sum(one) for one in stand}


def _total(kinds: list[Kind], counts: tuple[int, ...]) -> int:
    return sum(kind.units * count for kind, count in zip(kinds, counts, strict=True))
