"""What a solver made of a case, beside what the naive reading of the rules says there was."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product

from tieout_matcher.domain.passes.pairs import solve_pairs
from tieout_matcher.domain.passes.proposal import Proposal, Solved
from tieout_matcher.domain.rule import Rule
from unit.matcher.naive_pairs import Held, judge
from unit.matcher.pair_cases import Case, Open

Solve = Callable[..., list[Solved]]  # as solve_pairs
Pair = tuple[int, int]  # (record of A, record of B)
Total = tuple[int, Fraction | int, int, int]  # pairs, and what they cost together


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The pairs without a difference, or the rest, of one rule: what held and what was made."""

    rule: Rule
    exact: bool
    there: Mapping[int, Open]
    held: Mapping[Pair, Held]
    made: Sequence[Proposal]
    solved: Sequence[Solved]

    @cached_property
    def pairs(self) -> list[Pair]:
        return [pair_of(one) for one in self.made]

    @cached_property
    def matchings(self) -> list[tuple[Pair, ...]]:
        """Every way to take of the pairs that hold."""
        return list(matchings(list(self.held)))


class Run:
    """A case solved rule by rule, each on what those before it left."""

    def __init__(self, case: Case, solve: Solve = solve_pairs) -> None:
        self.case = case
        self.solve = solve

    @cached_property
    def solved(self) -> list[list[Solved]]:
        """What was made, by rule."""
        left = {one.record_id: one for one in self.case.facts()}
        found = []
        for index, rule in enumerate(self.case.rules):
            found.append(
                self.solve(
                    rule=rule,
                    rule_index=index,
                    entries=list(left.values()),
                    blocked=self.case.blocked,
                    only_suggest=self.case.only_suggest,
                )
            )
            for proposal in proposals(found[-1]):
                for member in proposal.members:
                    left.pop(member.record_id, None)
        return found

    @cached_property
    def made(self) -> list[Proposal]:
        return [one for solved in self.solved for one in proposals(solved)]

    @cached_property
    def stages(self) -> list[Stage]:
        return list(self._stages())

    def _stages(self) -> Iterator[Stage]:
        there = {one.record_id: one for one in self.case.entries}
        for rule, solved in zip(self.case.rules, self.solved, strict=True):
            held = held_pairs(self.case, rule, there)
            for exact in (True, False):
                stage = Stage(
                    rule=rule,
                    exact=exact,
                    there=there,
                    held={pair: one for pair, one in held.items()
                          if one.exact is exact and pair[0] in there and pair[1] in there},
                    made=[one for one in proposals(solved) if (one.kind == "exact") is exact],
                    solved=solved,
                )  # fmt: skip
                yield stage
                gone = {record for pair in stage.pairs for record in pair}
                there = {record: one for record, one in there.items() if record not in gone}


def proposals(solved: Sequence[Solved]) -> list[Proposal]:
    return [one for part in solved for one in part.proposals]


def held_pairs(case: Case, rule: Rule, there: Mapping[int, Open]) -> dict[Pair, Held]:
    """Judge every pair of what is there that nobody took apart."""
    judged: dict[tuple[bytes, bytes], Held | None] = {}  # identical ones once
    found = {}
    of_a, of_b = ([one for one in there.values() if one.side == side] for side in ("A", "B"))
    for one, two in product(of_a, of_b):
        if ((one.record_id,), (two.record_id,)) in case.blocked:
            continue
        contents = one.content, two.content
        if contents not in judged:
            judged[contents] = judge(rule, one.fields, two.fields, case.sign_mode)
        held = judged[contents]
        if held is not None:
            found[one.record_id, two.record_id] = held
    return found


def pair_of(proposal: Proposal) -> Pair:
    (a,), (b,) = proposal.records
    return a, b


def total(held: Mapping[Pair, Held], pairs: Sequence[Pair]) -> Total:
    """Return how many pairs, negative so that less is better, and what they cost together."""
    costs = [held[pair].cost for pair in pairs]
    return (
        -len(costs),
        sum(one.amount for one in costs),
        sum(one.days for one in costs),
        sum(one.unequal for one in costs),
    )


def best(stage: Stage) -> Total:
    """Try every way: most pairs, then least cost."""
    return min(total(stage.held, one) for one in stage.matchings)


def matchings(pairs: Sequence[Pair]) -> Iterator[tuple[Pair, ...]]:
    """Yield every way to take pairs so that no record is taken twice."""
    yield ()
    for place, (a, b) in enumerate(pairs):
        later = [one for one in pairs[place + 1 :] if a not in one and b not in one]
        for rest in matchings(later):
            yield ((a, b), *rest)
