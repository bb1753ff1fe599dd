"""Rollups by day that the sample suggests: whole days of one side add up to a record. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from tieout_contracts.record import Side
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.learning.distances import COVERED, EXACT_AMOUNT
from tieout_matcher.domain.learning.draft import MIN_GROUPS, Draft
from tieout_matcher.domain.learning.sample import Sample
from tieout_matcher.domain.learning.written import covering, written_days
from tieout_matcher.domain.passes.proposing import day_reader
from tieout_matcher.domain.passes.windows import runs
from tieout_matcher.domain.readings import money_of, reader
from tieout_matcher.domain.rule import Leaf, Rollup

MOST = 2  # of each side and date
MAX_LOOKBACK_DAYS = 7
Segment = tuple[str, ...]


def day_drafts(sample: Sample) -> Iterator[tuple[Draft]]:
    """Draft rollups by day, and by what more tells apart the records of one day."""
    sides: tuple[tuple[Side, Side], ...] = (("A", "B"), ("B", "A"))
    for (many, one), date_field in product(sides, ("date", "value_date")):
        found = [
            (lookbacks, segment)
            for segment in _segments(sample, many, one)
            if len(lookbacks := _lookbacks(sample, date_field, segment, many, one)) >= MIN_GROUPS
        ]
        found.sort(key=lambda item: (-len(item[0]), len(item[1]), item[1]))
        for lookbacks, segment in found[:MOST]:
            days = written_days(int(covering([Fraction(one) for one in lookbacks], COVERED)))
            yield (
                Draft(
                    leaves=(EXACT_AMOUNT,),
                    group_by=(date_field, *segment),
                    rollup=Rollup(kind="date", lookback_days=days, date_field=date_field),
                    many_side="a" if many == "A" else "b",
                ),
            )


def _segments(sample: Sample, many: Side, one: Side) -> list[Segment]:
    """Return which fields may tell apart what belongs to the records of one day."""
    names = [name for name in sample.fields[one] if name in sample.fields[many]]
    telling = [name for name in names if _shared(sample, name, many, one)]
    single = [(name,) for name in (*telling, "direction")]
    return [(), *single, *((name, "direction") for name in telling)]


def _shared(sample: Sample, name: str, many: Side, one: Side) -> bool:
    """Tell whether several records have a value that several entries of the many side share."""
    leaf = Leaf(key=name, value=name)
    shared = Counter(reader(leaf, many)(entry) for entry in sample.sides[many])
    values = (reader(leaf, one)(entry) for entry in sample.sides[one])
    return sum(value is not None and shared[value] > 1 for value in values) >= MIN_GROUPS


def _lookbacks(
    sample: Sample, date_field: str, segment: Segment, many: Side, one: Side
) -> list[int]:
    """Return for each record that days of several entries add up to how far they lie back."""
    gathered = {
        place: {day: _Day(_units(those), len(those)) for day, those in days.items()}
        for place, days in _by_day(sample.sides[many], many, date_field, segment).items()
    }
    return [
        lookback
        for place, days in _by_day(sample.sides[one], one, "date", segment).items()
        for day, records in days.items()
        for record in records
        if (lookback := _lookback(gathered.get(place, {}), day, record)) is not None
    ]


class _Day(NamedTuple):
    """What the entries of a day add up to, and how many they are."""

    units: int
    entries: int


def _lookback(days: Mapping[int, _Day], last: int, record: Facts) -> int | None:
    """Return how many days back the best window begins that adds up to a record."""
    there = [day for day in range(last - MAX_LOOKBACK_DAYS + 1, last + 1) if day in days]
    sums = [days[day].units for day in there]
    for first, end in runs(sums, wanted=money_of(record).units, reach=0):
        if sum(days[day].entries for day in there[first : end + 1]) > 1:
            return last - there[first] + 1
    return None


def _units(entries: Iterable[Facts]) -> int:
    return sum(money_of(one).units for one in entries)


def _by_day(
    entries: Sequence[Facts], side: Side, date_field: str, segment: Segment
) -> Mapping[tuple[str | None, ...], Mapping[int, Sequence[Facts]]]:
    """Gather entries by currency and segment, then by day; what lacks a value is left out."""
    read_day = day_reader(date_field)
    readers = [reader(Leaf(key=name, value=name), side) for name in segment]
    found: defaultdict[tuple[str | None, ...], defaultdict[int, list[Facts]]]
    found = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        day, values = read_day(entry), [read(entry) for read in readers]
        if day is not None and None not in values:
            found[entry.currency, *values][day].append(entry)
    return found
