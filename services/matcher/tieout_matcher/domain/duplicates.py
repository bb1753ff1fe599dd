"""Which fields tell that an open entry reports what a matched one of its side did. Pure.

Source: semantics of breaks (DUPLICATE: identity already matched by an identical entry).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tieout_contracts.record import Side
from tieout_matcher.domain.passes.keys import identity_blockings
from tieout_matcher.domain.rule import Rule

SAME = ("amount_minor", "exponent", "currency", "direction", "date")


@dataclass(frozen=True, kw_only=True)
class Sameness:
    """Fields of a side, as paths into a record's JSON, in which two entries are identical.

    The first `identifying` ones must be there. A dotted path into metadata may be a `flat` key with
    dots in it, or `nested`; both lists are in the same order.
    """

    side: Side
    flat: tuple[tuple[str, ...], ...]
    nested: tuple[tuple[str, ...], ...]
    identifying: int


def sameness(rules: Sequence[Rule]) -> list[Sameness]:
    """Return what makes entries identical, for each identity of the rules and each side."""
    found = dict.fromkeys(
        (side, tuple(judge.leaf.key if side == "A" else judge.leaf.value for judge in one.equal))
        for rule in rules
        for one in identity_blockings(rule)
        for side in _SIDES
    )
    return [_of(side, names) for side, names in found]


_SIDES: Sequence[Side] = ("A", "B")


def _of(side: Side, names: Sequence[str]) -> Sameness:
    same = tuple((name,) for name in SAME)
    return Sameness(
        side=side,
        flat=tuple(tuple(name.split(".", 1)) for name in names) + same,
        nested=tuple(tuple(name.split(".")) for name in names) + same,
        identifying=len(names),
    )
