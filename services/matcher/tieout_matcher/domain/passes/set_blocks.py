"""A block of a rule of sets: which of its sets stand, and what is proposed of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import Money, money_of
from tieout_matcher.domain.passes.proposal import Solved
from tieout_matcher.domain.passes.proposing import Asked, connected, day_reader
from tieout_matcher.domain.passes.subsets import Kind, smallest_sets
from tieout_matcher.domain.passes.terms import Terms, sum_of

MAX_STEPS = 200_000


class SetBlock:
    """Up to 24 entries, each a bit, those of one kind side by side.

    They come in content order. `alone` are records that a person took apart before: each is of a
    kind of its own.
    """

    def __init__(
        self, *, asked: Asked, terms: Terms, block: Sequence[Facts], alone: Collection[int]
    ) -> None:
        self._asked = asked
        self._terms = terms
        self._scores: dict[int, int | None] = {}
        self._day_of = day_reader("date")

        def kind_of(one: Facts) -> tuple[object, ...]:
            return one.side, one.sameness, one.record_id if one.record_id in alone else None

        self._entries = sorted(block, key=lambda one: one.side)
        self._kinds: list[Kind] = []
        for _, same in groupby(self._entries, kind_of):
            alike = list(same)
            units = money_of(alike[0]).units
            self._kinds.append(
                Kind(
                    units=units if alike[0].side == "A" else -units,
                    first_bit=sum(one.count for one in self._kinds),
                    count=len(alike),
                )
            )

    def solve(self) -> list[Solved]:
        """Propose what ties; raises BudgetExhaustedError."""
        ties = smallest_sets(
            self._kinds, reach=self._reach(), score_of=self._score, budget_steps=MAX_STEPS
        )
        allowed = [one for one in ties if not self._asked.is_blocked(*self._sides(one))]
        parts = connected(sorted(allowed, key=self._order), self._kinds_in)
        return [self._solve_part({one: ties[one] for one in part}) for part in parts]

    def _solve_part(self, ties: Mapping[int, int]) -> Solved:
        """Propose sets that want some of the same entries, as often as there are enough."""
        touched = list(dict.fromkeys(kind for one in ties for kind in self._kinds_in(one)))
        wanted = {kind: sum(kind.taken(one) * self._times(one) for one in ties) for kind in touched}
        ambiguous = any(wanted[kind] > kind.count for kind in touched)
        used = dict.fromkeys(touched, 0)
        proposals = []
        for one, score in ties.items():
            while all(used[kind] + kind.taken(one) <= kind.count for kind in touched):
                proposals.append(
                    self._asked.propose(
                        sides=self._sides(one, used),
                        kind="set",
                        score=score,
                        candidates=len(ties) if ambiguous else 1,
                        ambiguous=ambiguous,
                        others=self._members(ties) if ambiguous else (),
                    )
                )
                for kind in touched:
                    used[kind] += kind.taken(one)
        entries = tuple(one.record_id for kind in touched for one in self._of_kind(kind))
        return Solved(entries=entries, proposals=tuple(proposals))

    def _reach(self) -> int | None:
        """Bound the difference of any two sums by the largest that side B could have."""
        of_b = [money_of(one) for one in self._entries if one.side == "B"]
        largest = sum(abs(one.units) for one in of_b)
        return self._terms.reach(Money(largest, max(one.exponent for one in of_b)), "B")

    def _score(self, chosen: int) -> int | None:
        if chosen not in self._scores:
            self._scores[chosen] = self._judged(*self._sides(chosen))
        return self._scores[chosen]

    def _judged(self, side_a: Sequence[Facts], side_b: Sequence[Facts]) -> int | None:
        if not side_a or not side_b:
            return None
        held = self._terms.held(side_a, side_b)
        return self._terms.score(held, sum_of(side_a), sum_of(side_b))

    def _sides(
        self, chosen: int, used: Mapping[Kind, int] | None = None
    ) -> tuple[list[Facts], list[Facts]]:
        """Return the members of a set; of each kind those after the used ones."""
        members = [
            one
            for kind in self._kinds_in(chosen)
            for one in self._of_kind(kind)[(used or {}).get(kind, 0) :][: kind.taken(chosen)]
        ]
        of_a = [one for one in members if one.side == "A"]
        return of_a, [one for one in members if one.side == "B"]

    def _members(self, ties: Iterable[int]) -> list[Facts]:
        return [one for chosen in ties for side in self._sides(chosen) for one in side]

    def _kinds_in(self, chosen: int) -> list[Kind]:
        return [kind for kind in self._kinds if kind.taken(chosen)]

    def _of_kind(self, kind: Kind) -> Sequence[Facts]:
        return self._entries[kind.first_bit : kind.first_bit + kind.count]

    def _times(self, chosen: int) -> int:
        """Return how often a set could be made if no other were."""
        return min(kind.count // kind.taken(chosen) for kind in self._kinds_in(chosen))

    def _order(self, chosen: int) -> tuple[int, int, int, int]:
        """Order sets by their difference, size and span of days, then by what they say."""
        sides = side_a, side_b = self._sides(chosen)
        days = [day for side in sides for one in side if (day := self._day_of(one)) is not None]
        difference = abs(sum_of(side_a).units - sum_of(side_b).units)
        # Bits are in order of what the entries say.
        return difference, chosen.bit_count(), max(days) - min(days), chosen
