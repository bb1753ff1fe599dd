"""What the engine says of one condition between two records."""

from fractions import Fraction
from typing import Any

from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Fields, Side
from tieout_matcher.domain.facts import Facts, facts_of
from tieout_matcher.domain.judging import Judge
from unit.matcher.builders import encoded
from unit.matcher.rule_cases import Filter, leaf_of

Pair = tuple[Fields, Fields]


def facts(fields: Fields, side: Side, sign_mode: SignMode = "same") -> Facts:
    return facts_of(record_id=1, entry_no=1, side=side, fields=encoded(fields), sign_mode=sign_mode)


def values(judge: Judge, pair: Pair, sign_mode: SignMode = "same") -> tuple[Any, Any]:
    one, two = facts(pair[0], "A", sign_mode), facts(pair[1], "B", sign_mode)
    return judge.read_a(one), judge.read_b(two)


def closeness(condition: Filter, pair: Pair, sign_mode: SignMode = "same") -> Fraction | None:
    """Return how close a condition's values are; None where it does not hold."""
    judge = Judge(leaf_of(condition))
    a, b = values(judge, pair, sign_mode)
    if a is None or b is None:
        return None
    assert judge.holds(a, b) is (judge.closeness(a, b) is not None)
    return judge.closeness(a, b)
