"""Cohorts, and the records that each is held against: found by equalities, then by amount."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tieout_contracts.record import Side
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import Money, money_of
from tieout_matcher.domain.passes.keys import Blocking, Position
from tieout_matcher.domain.passes.terms import Terms, sum_of

Day = Callable[[Facts], int | None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Cohort:
    """All open members with one group key, within one currency.

    `number` counts cohorts in the order of what they say. `days` are the first and the last of
    its members, as ordinals; None when one of them has none.
    """

    number: int
    members: tuple[Facts, ...]
    total: Money
    days: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True)
class Table:
    """Cohorts, and records in order of their `units`, that are equal where an alternative asks."""

    cohorts: Sequence[Cohort]
    targets: Sequence[Facts]
    units: Sequence[int]

    @property
    def only(self) -> tuple[Cohort, Facts] | None:
        """The only cohort and the only record."""
        if len(self.cohorts) == len(self.targets) == 1:
            return self.cohorts[0], self.targets[0]
        return None

    def near(self, terms: Terms, many: Side) -> list[tuple[Cohort, Sequence[Facts]]]:
        """Return with each cohort the records whose amount is not too far from its sum."""
        return [(one, self.targets[self._range(one.total, terms, many)]) for one in self.cohorts]

    def _range(self, total: Money, terms: Terms, many: Side) -> slice:
        reach = terms.reach(total, many)
        if reach is None:
            return slice(None)
        low = bisect_left(self.units, total.units - reach)
        return slice(low, bisect_right(self.units, total.units + reach))


def cohorts_of(
    members: Sequence[Facts], *, key_of: Callable[[Facts], Position | None], day_of: Day
) -> list[Cohort]:
    """Gather members by their group key; those without one are in none."""
    gathered: defaultdict[Position, list[Facts]] = defaultdict(list)
    for one in members:
        key = key_of(one)
        if key is not None:
            gathered[key].append(one)
    return [
        Cohort(number=number, members=tuple(group), total=sum_of(group), days=_span(group, day_of))
        for number, group in enumerate(gathered.values())
    ]


def tables_of(
    way: Blocking, *, cohorts: Sequence[Cohort], targets: Sequence[Facts]
) -> Iterator[Table]:
    """Lay cohorts whose members all say the same beside the records that say it too."""
    records: defaultdict[Position | None, list[Facts]] = defaultdict(list)
    for one in targets:
        records[way.position(one)].append(one)
    gathered: defaultdict[Position, list[Cohort]] = defaultdict(list)
    for cohort in cohorts:
        said = {way.position(one) for one in cohort.members}
        position = said.pop()
        if position is not None and not said and position in records:
            gathered[position].append(cohort)
    for position, found in gathered.items():
        by_amount = sorted(records[position], key=lambda one: money_of(one).units)
        units = [money_of(one).units for one in by_amount]
        yield Table(cohorts=found, targets=by_amount, units=units)


def _span(group: Sequence[Facts], day_of: Day) -> tuple[int, int] | None:
    days = [day for day in map(day_of, group) if day is not None]
    return (min(days), max(days)) if len(days) == len(group) else None
