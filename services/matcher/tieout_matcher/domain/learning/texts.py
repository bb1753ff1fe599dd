"""What fields of a sample say after transforms, each read once, and which to compare. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tieout_contracts.record import Side
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.learning.sample import Sample
from tieout_matcher.domain.readings import reader
from tieout_matcher.domain.rule import Leaf, Transform

LOWER, ALPHANUMERIC, DIGITS = (
    Transform(name=name) for name in ("lowercase", "alphanumeric_only", "digits_only")
)
# The same on both sides, from the least change to the greatest.
CHAINS: Sequence[tuple[Transform, ...]] = (
    (), (LOWER,), (ALPHANUMERIC,), (ALPHANUMERIC, LOWER), (DIGITS,),
)  # fmt: skip
MIN_CUT = 4  # fewer characters are not what is left of a longer text
Texts = Mapping[int, str]  # by record; what is missing is not there
Entries = Mapping[tuple[str, str], Sequence[Facts]]  # by currency and what they say
_Place = tuple[Side, str, tuple[Transform, ...]]


class SampleTexts:
    def __init__(self, sample: Sample) -> None:
        self._sample = sample
        self._read: dict[_Place, Texts] = {}
        self._entries: dict[_Place, Entries] = {}

    def of(self, leaf: Leaf, side: Side) -> Texts:
        """Return what a condition compares, by record."""
        place = _place(leaf, side)
        if place not in self._read:
            read = reader(leaf, side)
            texts = {one.record_id: read(one) for one in self._sample.sides[side]}
            self._read[place] = {record: text for record, text in texts.items() if text}
        return self._read[place]

    def entries(self, leaf: Leaf, side: Side) -> Entries:
        """Return which entries say the same, of one currency."""
        place = _place(leaf, side)
        if place not in self._entries:
            said, found = self.of(leaf, side), defaultdict(list)
            for one in self._sample.sides[side]:
                if one.record_id in said:
                    found[one.currency, said[one.record_id]].append(one)
            self._entries[place] = found
        return self._entries[place]

    def equalities(self) -> Iterator[Leaf]:
        """Yield every equality of a field of A with one of B."""
        for key, value in self._fields():
            for chain in CHAINS:
                yield Leaf(key=key, value=value, key_transforms=chain, value_transforms=chain)
            yield from self._cut(key, value)

    def inclusions(self) -> Iterator[Leaf]:
        """Yield that a field of A holds one of B, as it is or in lower case."""
        for key, value in self._fields():
            for chain in CHAINS[:2]:
                yield Leaf(
                    key=key,
                    value=value,
                    operand="contains",
                    key_transforms=chain,
                    value_transforms=chain,
                )

    def _fields(self) -> Iterator[tuple[str, str]]:
        fields = self._sample.fields
        return ((key, value) for key in fields["A"] for value in fields["B"])

    def _cut(self, key: str, value: str) -> Iterator[Leaf]:
        """Yield equalities with a text that was cut to as many characters as the others have."""
        plain = Leaf(key=key, value=value)
        longest_a, longest_b = (
            max(map(len, self.of(plain, side).values()), default=0) for side in ("A", "B")
        )
        kept = min(longest_a, longest_b)
        if kept < MIN_CUT or longest_a == longest_b:
            return
        cut = Transform(name="first_n_chars", length=kept)
        for chain in CHAINS[:2]:
            cut_a = (cut, *chain) if longest_a > kept else chain
            cut_b = (cut, *chain) if longest_b > kept else chain
            yield Leaf(key=key, value=value, key_transforms=cut_a, value_transforms=cut_b)


def _place(leaf: Leaf, side: Side) -> _Place:
    of_a = side == "A"
    return (
        (side, leaf.key, leaf.key_transforms) if of_a else (side, leaf.value, leaf.value_transforms)
    )
