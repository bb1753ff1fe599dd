"""By which texts of an entry its counterpart is recognised among what is matched already."""

import json
from collections.abc import Iterator, Sequence

from tieout_matcher.domain.explaining.spelling import after, before
from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.rule import Leaf, Rule, leaves_of

LEAST_CHARACTERS = 4
MAX_TEXTS = 8


def telling_texts(rules: Sequence[Rule], entry: Facts) -> list[str]:
    """Return what an entry says that identifies a movement, as it stands in a record's JSON."""
    found = dict.fromkeys(
        text
        for rule in rules
        for leaf in leaves_of(rule.condition)
        if rule.cardinality == "one_to_one" and leaf.identifies
        for text in _texts(leaf, entry)
        if len(text) >= LEAST_CHARACTERS
    )
    return [json.dumps(text, ensure_ascii=False)[1:-1] for text in found][:MAX_TEXTS]


def _texts(leaf: Leaf, entry: Facts) -> Iterator[str]:
    said = before(entry, leaf.key if entry.side == "A" else leaf.value)
    for text in (said, after(entry, leaf)):
        if text is not None:
            yield text
