"""Deciding done wrong, one mistake each: a property that sees none of them proves nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from tieout_matcher.domain.decide import Blocks, Decision, Entry, Pair
from tieout_matcher.domain.plan import RuleSet

Candidate = tuple[int, Entry]  # (rule's place, counterpart)
Choose = Callable[[list[Candidate]], Candidate]


def _first_rule_then_earliest(found: list[Candidate]) -> Candidate:
    return min(found, key=lambda one: (one[0], one[1].entry_no))


def mutant(
    *,
    choose: Choose = _first_rule_then_earliest,
    forgets_taken: bool = False,
    forgets_blocks: bool = False,
    own_batch_first: bool = False,
    rule_by_rule: bool = False,
) -> Callable[..., Decision]:
    """Make a plain loop with the named mistake; without one it is right."""

    def decide(
        *, rules: RuleSet, arrivals: Sequence[Entry], candidates: Iterable[Entry], blocks: Blocks
    ) -> Decision:
        before = list(candidates)
        waiting = {entry.entry_no: entry for entry in before}
        pairs: dict[int, Pair] = {}
        for arrival, places in _turns(arrivals, len(rules.rules), rule_by_rule):
            if any(arrival in pair.members for pair in pairs.values()) and not forgets_taken:
                continue
            blocked = () if forgets_blocks else blocks
            found = [
                (place, other)
                for place in places
                for other in waiting.values()
                if _could(rules, arrival, other, place, blocked)
            ]
            new = [one for one in found if one[1] not in before]
            if not found:
                waiting[arrival.entry_no] = arrival
                continue
            place, other = choose(new if own_batch_first and new else found)
            pairs[arrival.entry_no] = Pair(arrival=arrival, counterpart=other, rule_index=place)
            if not forgets_taken:
                waiting.pop(other.entry_no)
                waiting.pop(arrival.entry_no, None)
        outcomes = [pairs.get(arrival.entry_no) for arrival in arrivals]
        taken = [pair.counterpart for pair in pairs.values()]
        return Decision(
            outcomes=outcomes,
            left_open=[one for one in arrivals if one.entry_no in waiting],
            claimed=[] if forgets_taken else [one for one in taken if one in before],
        )

    return decide


def _turns(
    arrivals: Sequence[Entry], rules: int, rule_by_rule: bool
) -> Iterator[tuple[Entry, Sequence[int]]]:
    if rule_by_rule:
        for place in range(rules):
            yield from ((arrival, [place]) for arrival in arrivals)
    else:
        yield from ((arrival, range(rules)) for arrival in arrivals)


def _could(rules: RuleSet, arrival: Entry, other: Entry, place: int, blocks: Blocks) -> bool:
    if arrival.side == other.side:
        return False
    one, two = sorted((arrival, other), key=lambda entry: entry.side)
    return (one.record_id, two.record_id) not in blocks and any(
        arrival.texts[way] is not None and arrival.texts[way] == other.texts[way]
        for way in rules.turns[place]
    )
