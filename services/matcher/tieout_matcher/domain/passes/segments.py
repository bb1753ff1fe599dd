"""One segment of a rollup by date: its records have their turn, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.proposal import Proposal, Solved
from tieout_matcher.domain.passes.proposing import Asked
from tieout_matcher.domain.passes.window_search import Fit, WindowSearch
from tieout_matcher.domain.passes.windows import OpenDays

NO_DAY = -1
Day = tuple[int, list[Facts]]  # an ordinal, and the records of that day


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A proposal for a record that looked back to `first_day`; it took days up to `last_day`."""

    proposal: Proposal
    first_day: int
    last_day: int

    @property
    def entries(self) -> list[int]:
        return [*(one.record_id for one in self.proposal.members), *self.proposal.others]


class Segment:
    """Members and records that are equal in all group keys but the day."""

    def __init__(self, *, asked: Asked, open_days: OpenDays, search: WindowSearch) -> None:
        self._asked = asked
        self._open = open_days
        self._search = search
        self._taken: list[Taken] = []
        self._proposed: set[int] = set()

    def solve(self, days: Sequence[Day]) -> list[Solved]:
        """Give each record its turn; `days` are in order, and so are their records."""
        for day, same_day in days:
            turns = self._in_turn(day, same_day)
            before = len(self._taken)
            for place, (target, found) in enumerate(turns):
                fits = found if len(self._taken) == before else self._search.fits(target, day)
                if fits:
                    waiting = [one for one, _ in turns[place + 1 :]]
                    self._take(target, day, fits, waiting)
        self._remark_incomplete(days)
        remarks = self._search.remarks.items()
        left = [one for record, one in remarks if record not in self._proposed]
        return [*together(self._taken), *left]

    def _in_turn(self, day: int, same_day: list[Facts]) -> list[tuple[Facts, list[Fit]]]:
        """Order the records of one day, with what fits them: the nearest to a window first."""
        turns = [(one, self._search.fits(one, day)) for one in same_day]

        def turn(item: tuple[Facts, list[Fit]]) -> tuple[bool, int]:
            _, fits = item
            return not fits, min((fit.difference_units for fit in fits), default=0)

        return sorted(turns, key=turn)

    def _take(self, target: Facts, day: int, fits: Sequence[Fit], waiting: Sequence[Facts]) -> None:
        best, *other_fits = fits
        rivals = self._rivals(best, target, waiting)
        proposal = self._asked.propose(
            sides=self._asked.sides(best.members, target),
            kind="rollup",
            score=best.score,
            candidates=len(fits) + len(rivals),
            ambiguous=bool(other_fits or rivals),
            others=(*rivals, *(one for fit in other_fits for one in fit.members)),
        )
        first_day, last_day = self._search.first_day(day), best.window[-1]
        self._taken.append(Taken(proposal=proposal, first_day=first_day, last_day=last_day))
        self._proposed.add(target.record_id)
        self._open.take(best.window)

    def _rivals(self, best: Fit, target: Facts, waiting: Sequence[Facts]) -> list[Facts]:
        """Return the other records of the day that the window fits too, identical ones aside."""
        others = [one for one in waiting if one.sameness != target.sameness]
        return self._search.others_that_fit(best, others)

    def _remark_incomplete(self, days: Sequence[Day]) -> None:
        """Say by how much the only open day that a record looks back to misses it.

        A day is looked at for the earliest record only, and not where a day has several records.
        """
        claimed: set[int] = set()
        for day, same_day in days:
            left = [one for one in same_day if one.record_id not in self._proposed]
            if not left:
                continue
            own = [one for one in self._search.days(day) if one not in claimed]
            claimed.update(own)
            if len(left) == len(own) == 1:
                self._search.remark_missed(left[0], own)


def together(taken: Sequence[Taken]) -> list[Solved]:
    """Put together what builds on each other: a record that looked back to days taken before."""
    parts: list[list[Taken]] = []
    last_day = NO_DAY
    for one in taken:
        if one.first_day > last_day:
            parts.append([])
        parts[-1].append(one)
        last_day = max(last_day, one.last_day)
    return [
        Solved(
            entries=tuple(dict.fromkeys(record for one in part for record in one.entries)),
            proposals=tuple(one.proposal for one in part),
        )
        for part in parts
    ]
