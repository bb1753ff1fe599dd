"""A draft held against the sample: is it right where people decided, is it more than chance? Pure.

Three questions, each asked of the engine itself:
- whole: what it makes of the sample, pair by pair against what people matched;
- withheld: what it makes of the entries of side A whose counterparts are taken away, of every
  other match of people: whatever it finds for them is wrong;
- by chance: how many matches it makes when the money of side B is dealt to other entries of it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import msgspec

from tieout_contracts.config_events import RunType
from tieout_contracts.record import Side
from tieout_matcher.domain.backtesting.judgement import Judgement, Truth
from tieout_matcher.domain.backtesting.past import Past
from tieout_matcher.domain.backtesting.replay import Made, replay
from tieout_matcher.domain.learning.draft import Draft
from tieout_matcher.domain.learning.evidence import Trial
from tieout_matcher.domain.learning.sample import Sample
from tieout_matcher.domain.readings import reader
from tieout_matcher.domain.rule_split import Split, split

DEALS = (2, 3)  # the money of side B is dealt on by a half of it, by a third
_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode
SIDES: tuple[Side, Side] = ("A", "B")
_MONEY = ("amount_minor", "exponent", "currency", "direction")


def trial(sample: Sample, draft: Draft, *, run_type: RunType) -> Trial:
    """Try a draft; what an answer makes hopeless is not asked further."""
    rules = split([draft.rule(1, priority=0)], run_type=run_type)
    found = held_against(sample.past, accepted(rules, sample.past, run_type))
    if found.confirmed and found.precise:
        left = accepted(rules, _withheld(sample), run_type)
        found = replace(found, misled=held_against(sample.past, left).wrong)
    if found.enough and found.precise and found.needs_chance:
        dealt = [len(accepted(rules, one, run_type)) for one in _deals(sample)]
        by_chance = Fraction(sum(dealt), len(dealt))
        found = replace(found, by_chance=by_chance, alike=_alike(sample, draft))
    return found


def accepted(rules: Split, past: Past, run_type: RunType) -> list[Made]:
    """Return what rules accept."""
    made = replay(
        rules=rules, entries=past.entries, sign_mode=past.sign_mode, in_runs=run_type == "batch"
    )
    return [one for one in made if one.accepted]


def held_against(past: Past, made: Sequence[Made]) -> Trial:
    """Count what was made by what people made of it."""
    truth = Truth(past)
    counts: Counter[Judgement] = Counter()
    confirmed = new = 0
    for one in made:
        apart = truth.is_apart(one)
        judged = Counter(truth.judgement(pair, apart=apart) for pair in one.pairs)
        counts += judged
        confirmed += set(judged) == {"right"}
        new += set(judged) == {"unjudged"}
    return Trial(
        made=made, confirmed=confirmed, new=new, right=counts["right"], wrong=counts["wrong"]
    )


def _withheld(sample: Sample) -> Past:
    """Take away side B of every other match of people."""
    gone = {record for one in sample.shown[1::2] for record in one.side_b}
    kept = [one for one in sample.past.entries if one.record_id not in gone]
    return replace(sample.past, entries=kept)


def _deals(sample: Sample) -> Iterator[Past]:
    """Deal the money of side B on, in an order that follows from what entries say."""
    order = sorted(
        sample.sides["B"], key=lambda one: (one.said["date"], one.sameness, one.record_id)
    )
    fields = {one.record_id: one.fields for one in sample.past.entries}
    for part in DEALS:
        steps = len(order) // part
        givers = order[steps:] + order[:steps]
        dealt = {
            one.record_id: _with_money(fields[one.record_id], fields[giver.record_id])
            for one, giver in zip(order, givers, strict=True)
        }
        entries = [
            one._replace(fields=dealt.get(one.record_id, one.fields)) for one in sample.past.entries
        ]
        yield replace(sample.past, entries=entries, matches=[], apart=frozenset())


def _alike(sample: Sample, draft: Draft) -> int | None:
    """Count the pairs that the draft's telling text could make of the sample."""
    leaf = draft.leaves[0]
    if not draft.telling or leaf.operand != "eq":
        return None
    of_a, of_b = (Counter(reader(leaf, side)(one) for one in sample.sides[side]) for side in SIDES)
    return sum(min(count, of_b[text]) for text, count in of_a.items() if text is not None)


def _with_money(fields: bytes, giver: bytes) -> bytes:
    return _encode(_decode(fields) | {name: _decode(giver)[name] for name in _MONEY})
