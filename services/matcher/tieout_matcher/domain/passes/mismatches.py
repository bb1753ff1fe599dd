"""Two open entries of one identity whose money or dates keep them from being a pair. Pure.

It is never a match: people are told. Source: semantics of the identity leaf (docs).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tieout_contracts.money import decimal_from_minor
from tieout_matcher.domain.alternatives import alternatives
from tieout_matcher.domain.facts import Facts, at_exponent
from tieout_matcher.domain.judging import Judge, Value, difference_of, judge_of, money_of
from tieout_matcher.domain.passes.keys import Blocking, Position, identity_blockings
from tieout_matcher.domain.passes.proposal import Remark, RemarkCode, Solved
from tieout_matcher.domain.rule import Leaf, Rule

_MOST_TELLING: Sequence[RemarkCode] = ("currency_mismatch", "amount_mismatch", "date_mismatch")


@dataclass(frozen=True, kw_only=True)
class _Fault:
    """A condition on money or dates that does not hold; without words when a value is missing."""

    code: RemarkCode
    difference: str | None
    days: int = 0


def mismatches(*, rules: Sequence[Rule], entries: Sequence[Facts]) -> list[Solved]:
    """Compare what shares an identity: one open entry of side A, one of side B and no third.

    `rules` are all active ones in order, `entries` what is open after them. An entry of side B has
    at most one remark, by the first rule that has one. What some rule would take is no mismatch.
    """
    compared = [_Compared(rule) for rule in rules if rule.cardinality == "one_to_one"]
    found: dict[int, Solved] = {}
    for one in compared:
        for a, b, fault in one.faults(entries):
            if b.record_id not in found and not any(other.takes(a, b) for other in compared):
                remark = Remark(
                    record_id=b.record_id,
                    code=fault.code,
                    rule_id=one.rule.rule_id,
                    other_record_id=a.record_id,
                    difference=fault.difference,
                )
                found[b.record_id] = Solved(entries=(a.record_id, b.record_id), remarks=(remark,))
    return list(found.values())


class _Compared:
    """A one-to-one rule as what it says of two entries of one identity."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._identities = identity_blockings(rule)
        self._ways = [tuple(map(judge_of, way)) for way in alternatives(rule.condition)]

    def takes(self, a: Facts, b: Facts) -> bool:
        """Tell whether nothing keeps the two from being a pair."""
        return any(_faults(way, a, b) == [] for way in self._ways)

    def faults(self, entries: Sequence[Facts]) -> Iterator[tuple[Facts, Facts, _Fault]]:
        """Yield what money or dates alone keep from being a pair, and the most telling reason."""
        for identity in self._identities:
            leaves = [judge.leaf for judge in identity.equal]
            ways = [way for way in self._ways if _identity_of(way) == leaves]
            for a, b in _twos(identity, entries):
                faults = (fault for way in ways for fault in _faults(way, a, b) or ())
                told = next((fault for fault in faults if fault.difference is not None), None)
                if told is not None:
                    yield a, b, told


def _identity_of(way: Sequence[Judge]) -> list[Leaf]:
    return [judge.leaf for judge in way if judge.leaf.identifies]


def _twos(identity: Blocking, entries: Sequence[Facts]) -> Iterator[tuple[Facts, Facts]]:
    """Yield the two entries of each identity that no third one shares."""
    sharing: defaultdict[Position, list[Facts]] = defaultdict(list)
    for one in entries:
        position = identity.position(one)
        if position is not None:
            sharing[position].append(one)
    for found in sharing.values():
        match sorted(found, key=lambda one: one.side):
            case [Facts(side="A") as a, Facts(side="B") as b]:
                yield a, b


def _faults(way: Sequence[Judge], a: Facts, b: Facts) -> list[_Fault] | None:
    """Return what keeps two entries from being a pair, the most telling first.

    None: it is more than money and dates.
    """
    found = []
    if a.currency != b.currency:
        found.append(_Fault(code="currency_mismatch", difference=f"{a.currency} and {b.currency}"))
    elif money_of(a).units != money_of(b).units and not any(
        judge.leaf.compares_amounts for judge in way
    ):
        found.append(_of_amounts(a, b))
    for judge in way:
        one, other = judge.read_a(a), judge.read_b(b)
        if one is not None and other is not None and judge.holds(one, other):
            continue
        code = _code_of(judge.leaf)
        if code is None:
            return None
        if code == "amount_mismatch":
            found += [_of_amounts(a, b)] if a.currency == b.currency else []
        else:
            found.append(_of_values(judge.leaf, code, one, other))
    return sorted(found, key=lambda fault: (_MOST_TELLING.index(fault.code), -fault.days))


def _code_of(leaf: Leaf) -> RemarkCode | None:
    """Return what it is called when a condition does not hold; None: no mismatch."""
    if leaf.compares_amounts:
        return "amount_mismatch"
    if leaf.compares_dates:
        return "date_mismatch"
    return "currency_mismatch" if "currency" in (leaf.key, leaf.value) else None


def _of_amounts(a: Facts, b: Facts) -> _Fault:
    exponent = max(a.exponent, b.exponent)
    apart = decimal_from_minor(
        abs(at_exponent(a, exponent) - at_exponent(b, exponent)), exponent=exponent
    )
    return _Fault(code="amount_mismatch", difference=f"{apart} {a.currency}")


def _of_values(leaf: Leaf, code: RemarkCode, a: Value | None, b: Value | None) -> _Fault:
    if a is None or b is None:
        return _Fault(code=code, difference=None)
    if code == "currency_mismatch":
        return _Fault(code=code, difference=f"{a} and {b}")
    days = int(difference_of(leaf, a, b) or 0)
    return _Fault(code=code, difference="1 day" if days == 1 else f"{days} days", days=days)
