"""Which conditions on texts tell what belongs together, by examples or by values alone. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tieout_matcher.domain.learning.sample import Example, Sample
from tieout_matcher.domain.learning.texts import MIN_CUT, SampleTexts, Texts
from tieout_matcher.domain.rule import Leaf

MIN_EXAMPLES = 5
MIN_UNIQUE = 10
MOST = 3  # conditions that complement each other
FURTHER = (1, 2, 3)  # how far examples are shifted to see what is contained by chance
MAX_BY_CHANCE = Fraction(2, 100)  # of exchanged counterparts, for which what is telling may hold
COMMON = 90  # percent of examples for which what is not telling must hold
# Transforms by how much of a text they lose.
_LOSES = ("uppercase", "lowercase", "alphanumeric_only", "first_n_chars", "digits_only")
Pair = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Likenesses:
    """Conditions on texts that hold for examples.

    `telling` ones hardly ever hold for what does not belong together, and complement each other;
    a `common` one holds for nearly all examples, and for others too.
    """

    telling: Sequence[Leaf]
    common: Sequence[Leaf]


def of_examples(texts: SampleTexts, examples: Sequence[Example]) -> Likenesses:
    """Find what the two of each example say alike."""
    pairs = [(a.record_id, b.record_id) for a, b in examples]
    telling: dict[Leaf, frozenset[Pair]] = {}
    common: dict[Leaf, frozenset[Pair]] = {}
    chances: dict[Leaf, Fraction] = {}
    for leaf in (*texts.equalities(), *texts.inclusions()):
        of_a, of_b = texts.of(leaf, "A"), texts.of(leaf, "B")
        held = _held(leaf, of_a, of_b, pairs)
        if len(held) < MIN_EXAMPLES:
            continue
        chances[leaf] = _by_chance(leaf, of_a, of_b, pairs)
        if chances[leaf] <= MAX_BY_CHANCE:
            telling[leaf] = held
        elif leaf.operand == "eq" and len(held) * 100 >= COMMON * len(pairs):
            common[leaf] = held
    return Likenesses(
        telling=_complementing(telling, chances, least=MIN_EXAMPLES),
        common=_ranked(common, chances)[:1],
    )


def by_values(sample: Sample, texts: SampleTexts) -> Mapping[Leaf, Sequence[Example]]:
    """Find equalities by values that one open entry of each side has, and these pairs."""
    found: dict[Leaf, frozenset[Pair]] = {}
    records_a, records_b = ({one.record_id for one in sample.open[side]} for side in ("A", "B"))
    for leaf in texts.equalities():
        of_a = _unique(texts.of(leaf, "A"), records_a)
        of_b = _unique(texts.of(leaf, "B"), records_b)
        pairs = frozenset((of_a[text], of_b[text]) for text in of_a.keys() & of_b.keys())
        if len(pairs) >= MIN_UNIQUE:
            found[leaf] = pairs
    facts = sample.facts
    return {
        leaf: [(facts[a], facts[b]) for a, b in sorted(found[leaf])]
        for leaf in _complementing(found, {}, least=MIN_UNIQUE)
    }


def _held(leaf: Leaf, of_a: Texts, of_b: Texts, pairs: Iterable[Pair]) -> frozenset[Pair]:
    if leaf.operand == "contains":
        return frozenset(
            (a, b)
            for a, b in pairs
            if a in of_a and b in of_b and len(of_b[b]) >= MIN_CUT and of_b[b] in of_a[a]
        )
    return frozenset((a, b) for a, b in pairs if a in of_a and of_a[a] == of_b.get(b))


def _by_chance(leaf: Leaf, of_a: Texts, of_b: Texts, pairs: Sequence[Pair]) -> Fraction:
    """Return the share of pairs of what belongs to others for which it holds too.

    Of an equality among all such pairs, of what is contained among some.
    """
    if leaf.operand == "contains":
        held = sum(len(_held(leaf, of_a, of_b, _shifted(pairs, steps))) for steps in FURTHER)
        return Fraction(held, len(FURTHER) * len(pairs))
    said_a, said_b = Counter(of_a.get(a) for a, _ in pairs), Counter(of_b.get(b) for _, b in pairs)
    equal = sum(count * said_b[text] for text, count in said_a.items() if text is not None)
    others = equal - len(_held(leaf, of_a, of_b, pairs))
    return Fraction(others, len(pairs) * (len(pairs) - 1))


def _shifted(pairs: Sequence[Pair], steps: int) -> list[Pair]:
    return [(a, pairs[(n + steps) % len(pairs)][1]) for n, (a, _) in enumerate(pairs)]


def _unique(texts: Texts, records: set[int]) -> Mapping[str, int]:
    """Return the record of each text that only one of these records says."""
    said = {record: text for record, text in texts.items() if record in records}
    count = Counter(said.values())
    return {text: record for record, text in said.items() if count[text] == 1}


def _complementing(
    found: Mapping[Leaf, frozenset[Pair]], chances: Mapping[Leaf, Fraction], *, least: int
) -> list[Leaf]:
    """Choose the widest, then what adds most to it, each at least so many."""
    chosen: list[Leaf] = []
    covered: set[Pair] = set()
    for leaf in _ranked(found, chances):
        if len(chosen) < MOST and len(found[leaf] - covered) >= least:
            chosen.append(leaf)
            covered |= found[leaf]
    return chosen


def _ranked(found: Mapping[Leaf, frozenset[Pair]], chances: Mapping[Leaf, Fraction]) -> list[Leaf]:
    """Order by what holds most often, then least by chance, an equality first."""

    def order(leaf: Leaf) -> tuple[Any, ...]:
        by_chance = chances.get(leaf, 0)
        return (-len(found[leaf]), leaf.operand != "eq", by_chance, *simplicity(leaf))

    return sorted(found, key=order)


def simplicity(leaf: Leaf) -> tuple[Any, ...]:
    """Order conditions: what loses less of the texts first, and then the simpler."""
    transforms = (*leaf.key_transforms, *leaf.value_transforms)
    steps = [(_LOSES.index(one.name), one.length) for one in transforms]
    return (leaf.operand != "eq", max(steps, default=()), len(steps), steps, leaf.key, leaf.value)
