"""Windows of days as explanations show them: as plain enumeration finds them."""

from collections.abc import Sequence
from random import Random

from tieout_matcher.domain.explaining.groups import MAX_GROUPS, Group
from tieout_matcher.domain.explaining.windows_near import windows_near
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import money_of
from tieout_matcher.domain.passes.proposing import day_reader
from unit.matcher.builders import DAY
from unit.matcher.groups import entries

LAST = DAY.toordinal() + 6
day_of = day_reader("date")


def plainly(
    target: Facts, members: Sequence[Facts], lookback: int | None, own: Facts | None
) -> list[Group]:
    """Enumerate every run of days between the first and the last one."""
    days = sorted({day_of(one) or 0 for one in members})
    first_day = 0 if lookback is None else LAST - lookback + 1
    found = []
    for first in days:
        for last in days:
            if not first_day <= first <= last <= LAST:
                continue
            chosen = [one for one in members if first <= (day_of(one) or 0) <= last]
            if own is None or own in chosen:
                apart = abs(sum(money_of(one).units for one in chosen) - money_of(target).units)
                ordered = sorted(chosen, key=lambda one: (day_of(one), one.record_id))
                found.append(((apart, -last, -first), tuple(ordered)))
    nearest = sorted(found, key=lambda one: one[0])[:MAX_GROUPS]
    return [Group(members=members, target=target) for _, members in nearest]


def test_the_nearest_windows_are_those_of_plain_enumeration() -> None:
    for seed in range(400):
        random = Random(seed)  # noqa: S311  # a simulation, no secret
        written = [
            f"A {random.randint(1, 9)}.00 {random.randint(0, 8)}"
            for _ in range(random.randint(1, 9))
        ]
        *members, target = entries(*written, f"B {random.randint(1, 40)}.00 6")
        lookback = random.choice((None, 1, 3, 5))
        own = random.choice((None, *members))

        found = windows_near(
            target, members, day_of=day_of, last_day=LAST, lookback_days=lookback, within=own
        )

        assert [sorted(one.record_id for one in group.members) for group in found] == [
            sorted(one.record_id for one in group.members)
            for group in plainly(target, members, lookback, own)
        ], seed
