"""What rules of rollups find, straight from the meaning of the words: every window spelled out."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from unit.matcher.naive_group_terms import Found, Group, Naive
from unit.matcher.pair_cases import Open


def by_date(naive: Naive) -> Iterator[Found]:
    open_members = list(naive.members)
    names = naive.rule.group_by[1:]
    waiting = [one for one in naive.targets if naive.said(one, names) is not None]
    while waiting:
        same = [
            one
            for one in waiting
            if one.fields.date == waiting[0].fields.date
            and naive.said(one, names) == naive.said(waiting[0], names)
        ]
        for one in same:
            waiting.remove(one)
        nearest = {one.record_id: _nearest(naive, one, open_members) for one in same}
        turns = sorted(same, key=lambda one: (*nearest[one.record_id], naive.order(one)))
        for place, target in enumerate(turns):
            fitting = _fitting(naive, target, open_members)
            if not fitting:
                continue
            best = fitting[0]
            rivals = [
                one
                for one in turns[place + 1 :]
                if naive.content[one.record_id] != naive.content[target.record_id]
                and naive.fits(best, one)
            ]
            side_a, side_b = naive.sides(best, target)
            yield Found(side_a=side_a, side_b=side_b, ambiguous=len(fitting) > 1 or bool(rivals))
            open_members = [one for one in open_members if one not in best]


def _nearest(naive: Naive, target: Open, members: Group) -> tuple[bool, Fraction]:
    apart = [naive.apart(one, [target]) for one in _fitting(naive, target, members)]
    return not apart, min(apart, default=Fraction(0))


def _fitting(naive: Naive, target: Open, members: Group) -> list[list[Open]]:
    """Spell out every window, the latest end and the fewest days first, and keep what fits."""
    day_field, *names = naive.rule.group_by
    key = naive.said(target, names)
    seen: list[list[Open]] = []
    back = naive.rollup.lookback_days or 30
    days = [target.fields.date - timedelta(days=number) for number in range(back)]
    for number, end in enumerate(days):
        for begin in days[number:]:
            window = [
                one
                for one in members
                if naive.said(one, names) == key
                and (day := getattr(one.fields, day_field)) is not None
                and begin <= day <= end
            ]
            if window and window not in seen:
                seen.append(window)
    return [one for one in seen if naive.fits(one, target)]


def by_identifier(naive: Naive) -> Iterator[Found]:
    gathered: defaultdict[tuple[str, ...], list[Open]] = defaultdict(list)
    for one in naive.members:
        key = naive.said(one, naive.rule.group_by)
        if key is not None:
            gathered[key].append(one)
    cohorts = list(gathered.values())
    fits = [
        (number, target)
        for number, cohort in enumerate(cohorts)
        for target in naive.targets
        if _inside(naive, cohort, target) and naive.fits(cohort, target)
    ]

    def cost(fit: tuple[int, Open]) -> tuple[object, ...]:
        cohort, target = cohorts[fit[0]], fit[1]
        days = max(abs((one.fields.date - target.fields.date).days) for one in cohort)
        return naive.apart(cohort, [target]), days, fit[0], naive.order(target)

    taken: list[object] = []
    for number, target in sorted(fits, key=cost):
        if number in taken or target in taken:
            continue
        taken += [number, target]
        said = naive.content[target.record_id]
        alike = [(one, other) for one, other in fits if naive.content[other.record_id] == said]
        ambiguous = any(
            one == number and naive.content[other.record_id] != said for one, other in fits
        ) or len({one for one, _ in alike}) > len({other.record_id for _, other in alike})
        side_a, side_b = naive.sides(cohorts[number], target)
        yield Found(side_a=side_a, side_b=side_b, ambiguous=ambiguous)


def _inside(naive: Naive, cohort: Group, target: Open) -> bool:
    back = naive.rollup.lookback_days
    if back is None:
        return True
    return all(0 <= (target.fields.date - one.fields.date).days <= back for one in cohort)
