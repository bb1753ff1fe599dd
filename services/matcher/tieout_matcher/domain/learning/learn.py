"""Rules learned from a sample: few, the most precise first, none that the sample contradicts. Pure.

The same sample gives the same rules in whatever order its entries are given.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tieout_contracts.config_events import RunType
from tieout_matcher.domain.backtesting.replay import replay
from tieout_matcher.domain.learning.cohort_drafts import cohort_drafts
from tieout_matcher.domain.learning.day_drafts import day_drafts
from tieout_matcher.domain.learning.draft import Draft, meaning
from tieout_matcher.domain.learning.evidence import Trial
from tieout_matcher.domain.learning.likenesses import simplicity
from tieout_matcher.domain.learning.pair_drafts import Ladder, pair_drafts
from tieout_matcher.domain.learning.sample import Sample
from tieout_matcher.domain.learning.texts import SampleTexts
from tieout_matcher.domain.learning.trial import trial
from tieout_matcher.domain.rule import Rule
from tieout_matcher.domain.rule_split import split

MAX_TRIALS = 24
MAX_RULES = 5
MIN_GAIN = 10  # entries, and of the sample
MIN_SHARE = Fraction(1, 50)


@dataclass(frozen=True, kw_only=True)
class Learned:
    """A rule worth a person's look, and what speaks for it: its trial in its turn."""

    draft: Draft
    found: Trial


def learn(
    sample: Sample, *, known: Sequence[Rule], refused: Sequence[Rule], run_type: RunType
) -> list[Learned]:
    """Learn rules, in the order in which they should run.

    `known` have their turn first: what they make of the sample is not learned from. `refused` are
    never proposed again, nor are known ones.
    """
    sample = _left_by(known, sample, run_type)
    never = {meaning(rule) for rule in (*known, *refused)}
    least = max(Fraction(MIN_GAIN), MIN_SHARE * len(sample.past.entries))
    chosen: list[Learned] = []
    rest = sample
    while len(chosen) < MAX_RULES:
        worthy = _worthy(rest, never, run_type)
        found = _covering(worthy, least=least)[: MAX_RULES - len(chosen)]
        if not found:
            break
        chosen += found
        rest = _left_by(_rules(found), rest, run_type)
    return _in_turn(sample, chosen, run_type)


def _rules(learned: Sequence[Learned]) -> list[Rule]:
    return [one.draft.rule(place, priority=place) for place, one in enumerate(learned)]


def _left_by(rules: Sequence[Rule], sample: Sample, run_type: RunType) -> Sample:
    """Leave out what rules make of a sample, accepted or suggested."""
    made = replay(
        rules=split(rules, run_type=run_type),
        entries=sample.past.entries,
        sign_mode=sample.past.sign_mode,
        in_runs=run_type == "batch",
    )
    return sample.without({record for one in made for record in (*one.side_a, *one.side_b)})


def _worthy(sample: Sample, never: Collection[Any], run_type: RunType) -> list[Learned]:
    """Try drafts, of each ladder until one will do."""
    tried: set[Any] = set()
    worthy = []
    for ladder in _ladders(sample):
        for draft in ladder:
            what = meaning(draft.rule(1, priority=0))
            if what in never or what in tried or len(tried) == MAX_TRIALS:
                break
            tried.add(what)
            found = trial(sample, draft, run_type=run_type)
            if found.worthy:
                worthy.append(Learned(draft=draft, found=found))
            if found.worthy or not found.enough:
                break
    return worthy


def _ladders(sample: Sample) -> Iterator[Ladder]:
    texts = SampleTexts(sample)
    yield from pair_drafts(sample, texts)
    yield from cohort_drafts(sample, texts)
    yield from day_drafts(sample)


def _covering(worthy: Sequence[Learned], *, least: Fraction) -> list[Learned]:
    """Choose what takes most entries, then what takes most of the rest, each at least so many."""
    chosen: list[Learned] = []
    covered: set[int] = set()

    def gain(one: Learned) -> int:
        return len(one.found.records - covered)

    left = sorted(worthy, key=_preference)
    while left:
        best = max(left, key=gain)  # of equals the first: the one preferred
        if gain(best) < least:
            break
        chosen.append(best)
        covered |= best.found.records
        left.remove(best)
    return chosen


def _in_turn(sample: Sample, chosen: Sequence[Learned], run_type: RunType) -> list[Learned]:
    """Try them again, each on what those before it left; what then is not worth it is left out."""
    kept = []
    for one in sorted(chosen, key=_preference):
        found = trial(sample, one.draft, run_type=run_type)
        if found.worthy:
            kept.append(replace(one, found=found))
            sample = _left_by(_rules([one]), sample, run_type)
    return kept


def _preference(one: Learned) -> tuple[Any, ...]:
    """Order by precision, then exact before near, telling before other, simple before long."""
    found, draft = one.found, one.draft
    made = Fraction(found.wrong + found.misled + (found.by_chance or 0))
    near = sum(leaf.tolerance is not None for leaf in draft.leaves)
    return (
        made / max(found.confirmed + found.new, 1),
        draft.rollup is not None,
        near,
        not draft.telling,
        len(draft.leaves),
        -len(found.records),
        [simplicity(leaf) for leaf in draft.leaves],
        draft.group_by,
        draft.many_side,
    )
