"""The best pairs of a component are as good as those of a plain search."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random

import pytest

from tieout_matcher.domain.passes import assignment
from tieout_matcher.domain.passes.assignment import Assigned, assign
from tieout_matcher.domain.passes.candidates import Cost, Edge
from tieout_matcher.domain.passes.proposing import connected
from unit.matcher.plain_assignment import NOTHING, Sums, best_value, plus


def a_component(random: Random, *, size: int, share: float, amounts: int) -> list[Edge]:
    """Make a random component; costs are close together, so that every part of them counts."""
    least = random.randrange(amounts)
    edges = [
        Edge(
            Cost(random.randrange(least, amounts), random.randrange(4), random.randrange(8)),
            a,
            size + b,
            Fraction(1),
            exact=False,
        )
        for a in range(size)
        for b in range(size)
        if random.random() < share
    ]
    parts = connected(sorted(edges), lambda edge: (edge.a, edge.b))
    return max(parts, key=len, default=[])


def some_components(seed: int, count: int, **shape: float) -> list[list[Edge]]:
    random = Random(seed)  # noqa: S311  # a seeded simulation, no secret
    made = [a_component(random, **shape) for _ in range(count)]  # type: ignore[arg-type]  # as above
    return [one for one in made if one]


def one_each(edges: Sequence[Edge]) -> dict[int, int]:
    return dict.fromkeys([place for edge in edges for place in (edge.a, edge.b)], 1)


def value(assigned: Assigned) -> tuple[int, Sums]:
    """How many pairs, negative so that less is better, and what they cost together."""
    sums = NOTHING
    for edge, count in assigned.pairs:
        sums = plus(sums, tuple(count * part for part in edge.cost))
    return -sum(count for _, count in assigned.pairs), sums


@pytest.mark.parametrize(
    ("count", "size", "share", "amounts"),
    [(300, 4, 0.5, 3), (100, 8, 0.4, 10**6), (20, 16, 0.3, 10**6), (4, 24, 0.8, 10**9)],
)
def test_most_pairs_at_the_least_cost(count: int, size: int, share: float, amounts: int) -> None:
    for edges in some_components(1, count, size=size, share=share, amounts=amounts):
        assigned = assign(edges, one_each(edges))

        assert not assigned.greedy
        assert value(assigned) == best_value(edges)


def test_sums_in_the_solver_stay_exact_up_to_the_limit() -> None:
    """Costs that differ by one in their last place, packed to just below what is let through."""
    for size in (2, 6, 12):
        limit = assignment.MAX_CELL // (size * (3 * size + 1) * (7 * size + 1)) // 2
        for edges in some_components(2, 12, size=size, share=0.9, amounts=limit):
            far = [
                edge._replace(cost=Cost(limit * (place % 2) + place, edge.cost.days, place % 3))
                for place, edge in enumerate(edges)
            ]
            assigned = assign(sorted(far), one_each(far))

            assert not assigned.greedy
            assert value(assigned) == best_value(far)


@pytest.mark.parametrize("amounts", [2**60, 10**38])
def test_what_would_pass_exact_floats_is_taken_cheapest_first_and_said(amounts: int) -> None:
    (edges,) = some_components(3, 1, size=6, share=0.9, amounts=amounts)

    assigned = assign(edges, one_each(edges))

    assert assigned.greedy
    assert value(assigned) >= best_value(edges)


def test_what_all_amounts_have_in_common_does_not_count_against_the_limit() -> None:
    edges = [
        edge._replace(cost=Cost(10**30 + edge.cost.amount * 10**16, *edge.cost[1:]))
        for edge in some_components(4, 1, size=6, share=0.9, amounts=1000)[0]
    ]

    assigned = assign(edges, one_each(edges))

    assert not assigned.greedy
    assert value(assigned) == best_value(edges)


def test_the_cheapest_first_is_never_better_and_leaves_nothing_that_could_be_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(assignment, "MAX_CELLS", 0)
    worse = 0
    for edges in some_components(5, 300, size=5, share=0.5, amounts=5):
        assigned = assign(edges, one_each(edges))
        used = [place for edge, _ in assigned.pairs for place in (edge.a, edge.b)]

        assert len(used) == len(set(used))
        assert all(edge.a in used or edge.b in used for edge in edges)
        assert value(assigned) >= best_value(edges)
        worse += value(assigned) > best_value(edges)
        is_star = 1 in (len({edge.a for edge in edges}), len({edge.b for edge in edges}))
        assert assigned.greedy is not is_star
        assert not is_star or value(assigned) == best_value(edges)
    assert worse > 0


def test_identical_entries_are_worth_as_much_as_each_for_itself() -> None:
    random = Random(6)  # noqa: S311  # a seeded simulation, no secret
    for edges in some_components(6, 200, size=3, share=0.7, amounts=3):
        room = {place: random.randint(1, 3) for place in one_each(edges)}

        assigned = assign(edges, room)

        assert value(assigned) == best_value(_spread(edges, room))
        taken: Counter[int] = Counter()
        for edge, count in assigned.pairs:
            taken.update({edge.a: count, edge.b: count})
        assert all(taken[place] <= room[place] for place in room)


def test_many_around_one_and_crowds_that_few_can_meet_are_not_too_large() -> None:
    around_one = [an_edge(0, place, amount=place) for place in range(1, 50_000)]
    crowd = [an_edge(0, 10, amount=2), an_edge(0, 11, amount=1), an_edge(1, 11, amount=5)]

    star = assign(around_one, one_each(around_one) | {0: 40_000})
    crowded = assign(crowd, one_each(crowd) | {0: 100_000})

    assert star.pairs == [(edge, 1) for edge in around_one[:40_000]]
    assert not star.greedy
    assert value(crowded) == (-2, (3, 0, 0))
    assert not crowded.greedy


def an_edge(a: int, b: int, *, amount: int) -> Edge:
    return Edge(Cost(amount, 0, 0), a, b, Fraction(1), exact=False)


def _spread(edges: Sequence[Edge], room: Mapping[int, int]) -> list[Edge]:
    return [
        edge._replace(a=edge.a * 10 + one, b=edge.b * 10 + two)
        for edge in edges
        for one in range(room[edge.a])
        for two in range(room[edge.b])
    ]
