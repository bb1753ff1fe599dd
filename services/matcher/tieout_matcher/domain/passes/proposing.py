"""What the solvers share: the request they work on, order, and how they propose."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TypeVar

from tieout_contracts.money import MAX_EXPONENT, decimal_from_minor
from tieout_contracts.record import Side
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.judging import Money, judge_of
from tieout_matcher.domain.passes.proposal import (
    Blocked,
    Doubt,
    FoundKind,
    Proposal,
    Remark,
    RemarkCode,
    Solved,
)
from tieout_matcher.domain.rule import Leaf, Rule, Tolerance

MAX_MEMBERS = 500
MAX_OTHERS = 500
T = TypeVar("T")
Contents = tuple[bytes, ...]  # what the members of a blocked set say


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One rule over open entries: what a solver is asked."""

    rule: Rule
    rule_index: int
    blocked: Blocked
    only_suggest: bool

    @property
    def many(self) -> Side:
        return "A" if self.rule.many_side == "a" else "B"

    def sides(
        self, members: Sequence[Facts], target: Facts
    ) -> tuple[tuple[Facts, ...], tuple[Facts, ...]]:
        """Put a group and the record it adds up to on their sides, A first."""
        group = tuple(members)
        return (group, (target,)) if self.many == "A" else ((target,), group)

    def is_blocked(self, side_a: Sequence[Facts], side_b: Sequence[Facts]) -> bool:
        """Tell whether a person took these two sets apart."""
        return (_ids(side_a), _ids(side_b)) in self.blocked

    def propose(
        self,
        *,
        sides: tuple[Sequence[Facts], Sequence[Facts]],
        kind: FoundKind,
        score: int,
        candidates: int,
        ambiguous: bool,
        others: Iterable[Facts],
        greedy: bool = False,
    ) -> Proposal:
        """Propose a match; of `others`, the best first, the proposal's own are left out."""
        members = [*sides[0], *sides[1]]
        taken = {one.record_id for one in members}
        listed = dict.fromkeys(one.record_id for one in others if one.record_id not in taken)
        return Proposal(
            rule_index=self.rule_index,
            side_a=tuple(sorted(sides[0], key=_by_date)),
            side_b=tuple(sorted(sides[1], key=_by_date)),
            kind=kind,
            score=score,
            candidates=candidates,
            doubt=self._doubt(members, ambiguous=ambiguous, score=score),
            others=tuple(islice(listed, MAX_OTHERS)),
            greedy=greedy,
        )

    def remark(self, entry: Facts, code: RemarkCode, *, difference: str | None = None) -> Solved:
        """Say why one entry stays open."""
        remark = Remark(
            record_id=entry.record_id,
            code=code,
            rule_id=self.rule.rule_id,
            difference=difference,
        )
        return Solved(entries=(entry.record_id,), remarks=(remark,))

    def _doubt(self, members: Sequence[Facts], *, ambiguous: bool, score: int) -> Doubt | None:
        if any(one.pending for one in members):
            return "pending"
        if ambiguous:
            return "ambiguous"
        if score < self.rule.min_score_to_accept:
            return "below_min_score"
        return "manual_mode" if self.only_suggest else None


def in_content_order(entries: Sequence[Facts], blocked: Blocked) -> list[Facts]:
    """Order entries by what they say; numbers, which arrival gives, only tell what is alike.

    Of identical entries those come first that nobody took apart from anything.
    """
    apart = taken_apart(entries, blocked)

    def order(one: Facts) -> tuple[str, bytes, Sequence[Contents], int]:
        return one.said["date"], one.sameness, apart.get(one.record_id, ()), one.record_id

    return sorted(entries, key=order)


def taken_apart(entries: Sequence[Facts], blocked: Blocked) -> dict[int, tuple[Contents, ...]]:
    """Return for each entry what the blocked sets say that it is in: all of them are there."""
    known = {one.record_id: one.sameness for one in entries} if blocked else {}
    found: defaultdict[int, list[Contents]] = defaultdict(list)
    for sides in blocked:
        members = [record for side in sides for record in side]
        if known.keys() >= set(members):
            contents = tuple(sorted(known[record] for record in members))
            for record in members:
                found[record].append(contents)
    return {record: tuple(sorted(sets)) for record, sets in found.items()}


def said_difference(*, found: Money, wanted: Money, currency: str) -> str:
    """Say how far a group's sum is from what it should be: `0.50 EUR less`."""
    exponent = max(found.exponent, wanted.exponent)
    units = found.units - wanted.units
    amount = decimal_from_minor(abs(units) // 10 ** (MAX_EXPONENT - exponent), exponent=exponent)
    less = units < 0 if wanted.units >= 0 else units > 0
    return f"{amount} {currency} {'less' if less else 'more'}"


def day_reader(field: str) -> Callable[[Facts], int | None]:
    """Read a field as a calendar day, counted as an ordinal; None when it is missing or none."""
    as_day = Tolerance(amount=Decimal(1), unit="day")
    read = judge_of(Leaf(key=field, value=field, tolerance=as_day)).read_a

    def ordinal(facts: Facts) -> int | None:
        day = read(facts)
        return None if day is None else day.toordinal()

    return ordinal


def connected(items: Sequence[T], ends: Callable[[T], Iterable[Hashable]]) -> list[list[T]]:
    """Part items so that two which share an end are together; all in the order given."""
    parents: dict[Hashable, Hashable] = {}

    def root(end: Hashable) -> Hashable:
        while parents.setdefault(end, end) != end:
            parents[end] = end = parents[parents[end]]
        return end

    for item in items:
        first, *more = ends(item)
        for other in more:
            parents[root(other)] = root(first)
    parts: dict[Hashable, list[T]] = {}
    for item in items:
        parts.setdefault(root(next(iter(ends(item)))), []).append(item)
    return list(parts.values())


def _ids(entries: Iterable[Facts]) -> tuple[int, ...]:
    return tuple(sorted(one.record_id for one in entries))


def _by_date(facts: Facts) -> tuple[str, int]:
    return facts.said["date"], facts.record_id
