"""What must hold of every pass over pairs, for any solver that takes itself for one."""

from collections import Counter
from collections.abc import Callable
from random import Random

from tieout_contracts.record import Side
from tieout_matcher.domain.passes.proposal import Doubt, Proposal
from unit.matcher.pair_cases import Case, Open, rearranged
from unit.matcher.pair_rounds import Pair, Run, Stage, best, pair_of, total

Property = Callable[[Run], bool]


def none_is_in_two_proposals(run: Run) -> bool:
    members = Counter(one.record_id for proposal in run.made for one in proposal.members)
    return max(members.values(), default=0) <= 1


def every_pair_holds(run: Run) -> bool:
    """By the naive reading of the rule, also whether anything differs and how close it is."""
    return all(
        pair in stage.held and one.score == int(stage.held[pair].score * 100)
        for stage in run.stages
        for pair, one in zip(stage.pairs, stage.made, strict=True)
    )


def no_exact_pair_is_broken(run: Run) -> bool:
    return all(
        len(stage.made) == max(map(len, stage.matchings)) for stage in run.stages if stage.exact
    )


def most_pairs_then_least_cost(run: Run) -> bool:
    return all(
        none_is_foreign(stage) and total(stage.held, stage.pairs) == best(stage)
        for stage in run.stages
    )


def none_is_foreign(stage: Stage) -> bool:
    return stage.held.keys() >= set(stage.pairs)


def blocked_pairs_are_not_made(run: Run) -> bool:
    return not {one.records for one in run.made} & run.case.blocked


def arrival_order_does_not_matter(run: Run) -> bool:
    random = Random(len(run.case.entries))  # noqa: S311  # a seeded simulation, no secret
    other, _ = rearranged(run.case, random)
    return _by_content(run) == _by_content(Run(other, run.solve))


def _by_content(run: Run) -> Counter[object]:
    content = {one.record_id: (one.side, one.content) for one in run.case.entries}
    return Counter(
        (
            one.rule_index, *(content[record] for record in pair_of(one)), one.kind, one.score,
            one.candidates, one.doubt, tuple(sorted(content[record] for record in one.others)),
        )
        for one in run.made
    )  # fmt: skip


def identical_ones_leave_in_the_order_they_came(run: Run) -> bool:
    """Where nobody took a pair apart."""
    if run.case.blocked:
        return True
    gone = {one.record_id for proposal in run.made for one in proposal.members}
    staying: set[tuple[Side, bytes]] = set()
    for one in sorted(run.case.entries, key=lambda one: one.entry_no):
        content = (one.side, one.content)
        if one.record_id not in gone:
            staying.add(content)
        elif content in staying:
            return False
    return True


def doubts_are_told(run: Run) -> bool:
    return all(
        none_is_foreign(stage)
        and one.candidates == max(_degree(stage, record) for record in pair_of(one))
        and set(one.others) == (others := _others(stage, pair_of(one)))
        and one.doubt == _doubt(run.case, stage, one, others)
        for stage in run.stages
        for one in stage.made
    )


def _degree(stage: Stage, record: int) -> int:
    return sum(record in pair for pair in stage.held)


def _others(stage: Stage, pair: Pair) -> set[int]:
    cost = stage.held[pair].cost
    return {
        (set(other) - set(pair)).pop()
        for other, held in stage.held.items()
        if held.cost == cost and any(_differs(stage, pair, other, place) for place in (0, 1))
    }


def _differs(stage: Stage, pair: Pair, other: Pair, place: int) -> bool:
    """Tell whether the other pair has one member in common and another one in its place."""
    if pair[1 - place] != other[1 - place] or pair == other:
        return False
    return stage.there[pair[place]].fields != stage.there[other[place]].fields


def _doubt(case: Case, stage: Stage, made: Proposal, others: set[int]) -> Doubt | None:
    members: list[Open] = [stage.there[record] for record in pair_of(made)]
    if any(one.fields.status == "pending" for one in members):
        return "pending"
    if others:
        return "ambiguous"
    if made.score < stage.rule.min_score_to_accept:
        return "below_min_score"
    return "manual_mode" if case.only_suggest else None


def what_hangs_together_is_applied_together(run: Run) -> bool:
    """And nothing else: who applies it waits for no entry in vain."""
    held = [pair for stage in run.stages for pair in stage.held]
    return all(
        any(set(pair) <= set(part.entries) for part in stage.solved)
        for stage in run.stages
        for pair in stage.held
    ) and all(
        set(part.entries) == {record for pair in held if set(pair) <= set(part.entries)
                              for record in pair}
        and {one.record_id for proposal in part.proposals for one in proposal.members}
        <= set(part.entries)
        for stage in run.stages
        for part in stage.solved
    )  # fmt: skip


PROPERTIES: tuple[Property, ...] = (
    none_is_in_two_proposals,
    every_pair_holds,
    no_exact_pair_is_broken,
    most_pairs_then_least_cost,
    blocked_pairs_are_not_made,
    arrival_order_does_not_matter,
    identical_ones_leave_in_the_order_they_came,
    doubts_are_told,
    what_hangs_together_is_applied_together,
)
