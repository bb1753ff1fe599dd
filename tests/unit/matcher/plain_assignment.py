"""The best pairs of a component by a plain search that adds costs up part by part; slow."""

from collections.abc import Sequence

from tieout_matcher.domain.passes.candidates import Edge

Sums = tuple[int, ...]
NOTHING: Sums = (0, 0, 0)


def best_value(edges: Sequence[Edge]) -> tuple[int, Sums]:
    """Search by augmenting paths, each the cheapest: every step has the least cost of its size."""
    taken: set[Edge] = set()
    while True:
        path = _cheapest_path(edges, taken)
        if path is None:
            sums = NOTHING
            for edge in taken:
                sums = plus(sums, edge.cost)
            return -len(taken), sums
        taken ^= path


def _cheapest_path(edges: Sequence[Edge], taken: set[Edge]) -> set[Edge] | None:
    used = {place for edge in taken for place in (edge.a, edge.b)}
    costs: dict[int, Sums] = {edge.a: NOTHING for edge in edges if edge.a not in used}
    paths: dict[int, frozenset[Edge]] = {place: frozenset() for place in costs}
    changed = True
    while changed:
        changed = False
        for edge in edges:
            back = edge in taken
            start, end = (edge.b, edge.a) if back else (edge.a, edge.b)
            if start not in costs:
                continue
            cost = plus(costs[start], tuple(-part for part in edge.cost) if back else edge.cost)
            if end not in costs or cost < costs[end]:
                costs[end], paths[end], changed = cost, paths[start] | {edge}, True
    ends = [edge.b for edge in edges if edge.b not in used and edge.b in costs]
    return set(paths[min(ends, key=lambda end: costs[end])]) if ends else None


def plus(one: Sums, other: Sums) -> Sums:
    return tuple(a + b for a, b in zip(one, other, strict=True))
