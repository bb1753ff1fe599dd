"""One-to-one rules that examples suggest, each from loose to strict. Pure."""

from collections.abc import Iterator, Sequence

from tieout_matcher.domain.learning.distances import (
    COVERED,
    DENSE,
    amounts,
    by_amount,
    days,
    split_by_amount,
)
from tieout_matcher.domain.learning.draft import Draft
from tieout_matcher.domain.learning.likenesses import (
    MIN_EXAMPLES,
    Likenesses,
    by_values,
    of_examples,
)
from tieout_matcher.domain.learning.sample import Example, Sample
from tieout_matcher.domain.learning.texts import SampleTexts
from tieout_matcher.domain.rule import Leaf

Ladder = tuple[Draft, ...]  # the loosest first: a stricter one is tried when that will not do


def pair_drafts(sample: Sample, texts: SampleTexts) -> Iterator[Ladder]:
    """Draft rules from what people paired, and from open entries that are alike."""
    for examples in (*split_by_amount(sample.shown_pairs), by_amount(sample)):
        if len(examples) >= MIN_EXAMPLES:
            yield from _ladders(examples, of_examples(texts, examples))
    for leaf, found in by_values(sample, texts).items():
        for examples in split_by_amount(found):
            if len(examples) >= MIN_EXAMPLES:
                yield from _by_text([leaf], examples)


def _ladders(examples: Sequence[Example], likenesses: Likenesses) -> Iterator[Ladder]:
    yield from _by_text(likenesses.telling, examples)
    amount = amounts(examples)
    delays = [days(examples, percent=percent) for percent in (COVERED, DENSE)]
    for delay in dict.fromkeys(delays):
        if delay is not None:
            stricter = (Draft(leaves=(amount, delay, leaf)) for leaf in likenesses.common)
            yield (Draft(leaves=(amount, delay)), *stricter)


def _by_text(leaves: Sequence[Leaf], examples: Sequence[Example]) -> Iterator[Ladder]:
    """Draft rules by texts; where amounts may differ days say at once how far apart."""
    amount, delay = amounts(examples), days(examples, percent=COVERED)
    for leaf in leaves:
        loose = Draft(leaves=(leaf, amount), telling=True)
        if delay is None:
            yield (loose,)
            continue
        strict = Draft(leaves=(leaf, amount, delay), telling=True)
        yield (strict,) if amount.tolerance is not None else (loose, strict)
