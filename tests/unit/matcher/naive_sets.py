"""The sets that a rule of many to many finds: all of them spelled out, by kinds of entries."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product

from unit.matcher.naive_group_terms import Found, Group, Naive, ids
from unit.matcher.pair_cases import Open

Counts = tuple[int, ...]  # of each kind so many


def of_sets(naive: Naive) -> Iterator[Found]:
    kinds: defaultdict[tuple[object, ...], list[Open]] = defaultdict(list)
    for one in sorted(naive.case.entries, key=lambda one: (one.side, naive.order(one))):
        alone = one.record_id if naive.taken_apart(one) else None
        kinds[one.side, naive.content[one.record_id], alone].append(one)
    rows = list(kinds.values())
    standing = _standing(naive, rows)
    allowed = [one for one in standing if not _is_blocked(naive, rows, one)]
    while allowed:
        part = [allowed.pop(0)]
        for one in part:
            more = [two for two in allowed if any(x and y for x, y in zip(one, two, strict=True))]
            part += more
            allowed = [two for two in allowed if two not in more]
        yield from _of_part(naive, rows, part)


def _of_part(naive: Naive, rows: Sequence[Group], part: Sequence[Counts]) -> Iterator[Found]:
    room = [len(row) for row in rows]
    wanted = [sum(one[place] * _times(one, room) for one in part) for place in range(len(rows))]
    ambiguous = any(want > there for want, there in zip(wanted, room, strict=True))
    used = [0] * len(rows)

    def cost(one: Counts) -> tuple[object, ...]:
        side_a, side_b = _members(rows, one)
        days = [entry.fields.date for entry in (*side_a, *side_b)]
        bits = sum(((1 << count) - 1) << sum(room[:place]) for place, count in enumerate(one))
        return naive.apart(side_a, side_b), sum(one), max(days) - min(days), bits

    for one in sorted(part, key=cost):
        for _ in range(_times(one, [x - y for x, y in zip(room, used, strict=True)])):
            side_a, side_b = _members(rows, one, used)
            yield Found(side_a=side_a, side_b=side_b, ambiguous=ambiguous)
            used = [x + y for x, y in zip(used, one, strict=True)]


def _standing(naive: Naive, rows: Sequence[Group]) -> list[Counts]:
    spelled = product(*(range(len(row) + 1) for row in rows))
    ties = {
        one: naive.apart(*_members(rows, one))
        for one in sorted(spelled, key=sum)
        if all(_members(rows, one)) and naive.score(*_members(rows, one)) is not None
    }
    standing: list[Counts] = []
    for one, apart in ties.items():
        inner = [two for two in standing if all(x <= y for x, y in zip(two, one, strict=True))]
        rest = [tuple(y - x for x, y in zip(two, one, strict=True)) for two in inner]
        if all(ties[two] > apart for two in inner) and not any(two in ties for two in rest):
            standing.append(one)
    return standing


def _members(
    rows: Sequence[Group], counts: Counts, used: Sequence[int] | None = None
) -> tuple[list[Open], list[Open]]:
    chosen = [
        one
        for row, count, skip in zip(rows, counts, used or [0] * len(rows), strict=True)
        for one in row[skip : skip + count]
    ]
    return [one for one in chosen if one.side == "A"], [one for one in chosen if one.side == "B"]


def _times(counts: Counts, room: Sequence[int]) -> int:
    return min(there // count for count, there in zip(counts, room, strict=True) if count)


def _is_blocked(naive: Naive, rows: Sequence[Group], counts: Counts) -> bool:
    side_a, side_b = _members(rows, counts)
    return (ids(side_a), ids(side_b)) in naive.case.blocked
