"""What rules made of the past: their pairs judged, what is new and what breaks, in counts. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Literal, NamedTuple

from tieout_contracts.outcomes import MatchKind
from tieout_contracts.record import Side
from tieout_matcher.domain.backtesting.judgement import Judgement, Pair, Tally, Truth, tally
from tieout_matcher.domain.backtesting.past import Past, PastMatch
from tieout_matcher.domain.backtesting.replay import Made

Now = Literal["matched_otherwise", "suggested", "open"]


@dataclass(frozen=True, kw_only=True)
class RuleCount:
    """What one rule made: matches, the entries in accepted ones, the pairs of accepted ones."""

    rule_id: int
    accepted: int
    suggested: int
    entries: int
    pairs: Tally


@dataclass(frozen=True, kw_only=True)
class SideCount:
    """Counted entries of a side, and how many of them are matched, today and by the rules."""

    entries: int
    before: int
    after: int


class NewPair(NamedTuple):
    """A pair that the rules make and nobody had made."""

    record_a: int
    record_b: int
    rule_id: int
    judgement: Judgement


class BrokenPair(NamedTuple):
    """A pair of the truth that the rules do not make; `now`: what becomes of the two."""

    record_a: int
    record_b: int
    match_id: int
    kind: MatchKind
    now: Now


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`new` and `broken` list the first of so many; `broken_of_people` of those people made."""

    sides: Mapping[Side, SideCount]
    rules: Sequence[RuleCount]
    accepted: Tally
    suggested: Tally
    truth: int
    new_count: int
    new: Sequence[NewPair]
    broken_count: int
    broken_of_people: int
    broken: Sequence[BrokenPair]

    @property
    def recall(self) -> Fraction | None:
        """The share of the truth that the rules make; None: there is no truth."""
        return Fraction(self.accepted.right, self.truth) if self.truth else None


def judge(*, past: Past, made: Sequence[Made], rule_ids: Sequence[int], listed: int) -> Verdict:
    """Judge what the rules made; lists hold at most `listed` pairs, in order of their records."""
    truth = Truth(past)
    of_rules: defaultdict[tuple[int, bool], Counter[Judgement]] = defaultdict(Counter)
    new: list[NewPair] = []
    right: set[Pair] = set()
    for one in made:
        apart = truth.is_apart(one)
        for pair in one.pairs:
            judgement = truth.judgement(pair, apart=apart)
            of_rules[one.rule_id, one.accepted][judgement] += 1
            if one.accepted and judgement == "right":
                right.add(pair)
            elif one.accepted:
                new.append(NewPair(*pair, one.rule_id, judgement))
    broken = _Broken(past.matches, made, right)
    return Verdict(
        sides=_sides(past, made),
        rules=[_rule_count(rule_id, made, of_rules[rule_id, True]) for rule_id in rule_ids],
        accepted=tally(*(counts for (_, accepted), counts in of_rules.items() if accepted)),
        suggested=tally(*(counts for (_, accepted), counts in of_rules.items() if not accepted)),
        truth=truth.pairs,
        new_count=len(new),
        new=sorted(new)[:listed],
        broken_count=truth.pairs - len(right),
        broken_of_people=broken.of_people,
        broken=list(islice(broken.pairs(), listed)),
    )


class _Broken:
    """The pairs of the truth that were not made."""

    def __init__(
        self, matches: Sequence[PastMatch], made: Sequence[Made], right: set[Pair]
    ) -> None:
        self._matches = sorted(matches, key=lambda one: one.match_id)
        self._right = right
        self._accepted, self._suggested = _records(made, accepted=True), _records(made)
        self.of_people = sum(
            (pair not in right) for one in matches if one.by_people for pair in _pairs(one)
        )

    def pairs(self) -> Iterator[BrokenPair]:
        for one in self._matches:
            for pair in _pairs(one):
                if pair not in self._right:
                    yield BrokenPair(*pair, one.match_id, one.kind, self._now(pair))

    def _now(self, pair: Pair) -> Now:
        if not self._accepted.isdisjoint(pair):
            return "matched_otherwise"
        return "open" if self._suggested.isdisjoint(pair) else "suggested"


def _pairs(match: PastMatch) -> Iterator[Pair]:
    return ((a, b) for a in match.side_a for b in match.side_b)


def _records(made: Sequence[Made], *, accepted: bool = False) -> set[int]:
    """Return the records of accepted matches, or of suggested ones."""
    found = (one for one in made if one.accepted is accepted)
    return {record for one in found for record in (*one.side_a, *one.side_b)}


def _sides(past: Past, made: Sequence[Made]) -> Mapping[Side, SideCount]:
    after = _records(made, accepted=True)
    sides: dict[Side, SideCount] = {}
    for side in ("A", "B"):
        entries = [one for one in past.entries if one.side == side and one.counted]
        sides[side] = SideCount(
            entries=len(entries),
            before=sum(one.matched for one in entries),
            after=sum(one.record_id in after for one in entries),
        )
    return sides


def _rule_count(rule_id: int, made: Sequence[Made], pairs: Counter[Judgement]) -> RuleCount:
    own = [one for one in made if one.rule_id == rule_id]
    accepted = [one for one in own if one.accepted]
    return RuleCount(
        rule_id=rule_id,
        accepted=len(accepted),
        suggested=len(own) - len(accepted),
        entries=sum(len(one.side_a) + len(one.side_b) for one in accepted),
        pairs=tally(pairs),
    )
