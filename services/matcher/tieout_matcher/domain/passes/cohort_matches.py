"""From cohorts that fit to proposals: each cohort and each record once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.cohorts import Cohort
from tieout_matcher.domain.passes.proposal import Proposal, Solved
from tieout_matcher.domain.passes.proposing import Asked


@dataclass(frozen=True, kw_only=True, eq=False)
class CohortFit:
    """A cohort and a record that it adds up to; `cost` is in units, then days."""

    cohort: Cohort
    target: Facts
    score: int
    cost: tuple[int, int]


class CohortPart:
    """Fits, in order of cost, that touch each other: decided together."""

    def __init__(self, asked: Asked, fits: Sequence[CohortFit]) -> None:
        self._asked = asked
        self._fits = fits
        self._of_cohort: defaultdict[int, list[CohortFit]] = defaultdict(list)
        self._of_target: defaultdict[int, list[CohortFit]] = defaultdict(list)
        self._cohorts: defaultdict[bytes, set[int]] = defaultdict(set)
        self._room: defaultdict[bytes, set[int]] = defaultdict(set)
        for one in fits:
            self._of_cohort[one.cohort.number].append(one)
            self._of_target[one.target.record_id].append(one)
            self._cohorts[one.target.sameness].add(one.cohort.number)
            self._room[one.target.sameness].add(one.target.record_id)

    def solve(self) -> Solved:
        """Propose each cohort and each record once."""
        proposals = []
        cohorts, targets = set[int](), set[int]()
        for fit in self._fits:
            if fit.cohort.number not in cohorts and fit.target.record_id not in targets:
                cohorts.add(fit.cohort.number)
                targets.add(fit.target.record_id)
                proposals.append(self._propose(fit))
        entries = {
            one.record_id: None for fit in self._fits for one in (fit.target, *fit.cohort.members)
        }
        return Solved(entries=tuple(entries), proposals=tuple(proposals))

    def _propose(self, fit: CohortFit) -> Proposal:
        of_cohort = self._of_cohort[fit.cohort.number]
        of_target = self._of_target[fit.target.record_id]
        kind = fit.target.sameness
        ambiguous = any(one.target.sameness != kind for one in of_cohort) or len(
            self._cohorts[kind]
        ) > len(self._room[kind])
        others = (
            *(one.target for one in of_cohort),
            *(member for one in of_target for member in one.cohort.members),
        )
        return self._asked.propose(
            sides=self._asked.sides(fit.cohort.members, fit.target),
            kind="rollup",
            score=fit.score,
            candidates=len(of_cohort) + len(of_target) - 1,
            ambiguous=ambiguous,
            others=others if ambiguous else (),
        )
