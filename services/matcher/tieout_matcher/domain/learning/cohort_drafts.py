"""Rollups by identifier that the sample suggests: what shares a value adds up to a record. Pure."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from tieout_contracts.record import Side
from tieout_matcher.domain.facts import Facts, at_exponent
from tieout_matcher.domain.learning.distances import amounts, split_by_amount
from tieout_matcher.domain.learning.draft import MIN_GROUPS, Draft
from tieout_matcher.domain.learning.likenesses import simplicity
from tieout_matcher.domain.learning.sample import Example, Sample
from tieout_matcher.domain.learning.texts import CHAINS, SampleTexts
from tieout_matcher.domain.rule import Leaf, Rollup

MOST = 2  # of each side


def cohort_drafts(sample: Sample, texts: SampleTexts) -> Iterator[tuple[Draft]]:
    """Draft rollups whose cohorts, of two and more, share a value with one record and add up."""
    sides: tuple[tuple[Side, Side], ...] = (("A", "B"), ("B", "A"))
    for many, one in sides:
        found = [
            (leaf, examples)
            for field in sample.fields[many]
            for leaf, pairs in _by_cohort(sample, texts, field, many, one)
            for examples in split_by_amount(pairs)
            if len(examples) >= MIN_GROUPS
        ]
        found.sort(key=lambda item: (-len(item[1]), *simplicity(item[0])))
        for leaf, examples in found[:MOST]:
            yield (_draft(leaf, examples, many),)


def _by_cohort(
    sample: Sample, texts: SampleTexts, field: str, many: Side, one: Side
) -> Iterator[tuple[Leaf, list[Example]]]:
    """Pair each cohort, as one entry of its sum, with the only record that shares its value."""
    cohorts = texts.entries(Leaf(key=field, value=field), many)
    totals = [summed(members) for _, members in sorted(cohorts.items()) if len(members) > 1]
    if len(totals) < MIN_GROUPS:
        return
    for leaf in _leaves(sample, field, many, one):
        shared, targets = texts.of(leaf, many), texts.entries(leaf, one)
        examples = []
        for total in totals:
            found = targets.get((total.currency, shared.get(total.record_id, "")), ())
            if len(found) == 1:
                examples.append((total, found[0]) if many == "A" else (found[0], total))
        yield leaf, examples


def _leaves(sample: Sample, field: str, many: Side, one: Side) -> Iterator[Leaf]:
    for other in sample.fields[one]:
        key, value = (field, other) if many == "A" else (other, field)
        for chain in CHAINS:
            yield Leaf(key=key, value=value, key_transforms=chain, value_transforms=chain)


def summed(members: Sequence[Facts]) -> Facts:
    """Make one entry of several: the first, with the amount of all."""
    exponent = max(one.exponent for one in members)
    amount = sum(at_exponent(one, exponent) for one in members)
    return replace(members[0], amount=amount, exponent=exponent)


def _draft(leaf: Leaf, examples: Sequence[Example], many: Side) -> Draft:
    return Draft(
        leaves=(leaf, amounts(examples)),
        group_by=(leaf.key if many == "A" else leaf.value,),
        rollup=Rollup(kind="identifier"),
        many_side="a" if many == "A" else "b",
    )
