"""What the public documentation shows as rules are rules."""

from typing import Any

import pytest

from tieout_gateway.shapes.rule_schemas import EXAMPLES
from tieout_matcher.domain.rule_draft import read_draft, rule_of
from tieout_matcher.domain.rule_split import split
from tieout_matcher.domain.rule_warnings import warnings_of

ON_ARRIVAL = [(EXAMPLES[0], True), (EXAMPLES[1], False), (EXAMPLES[2], False)]


@pytest.mark.parametrize(("example", "on_arrival"), ON_ARRIVAL)
def test_an_example_is_a_rule_without_warnings(example: dict[str, Any], on_arrival: bool) -> None:
    draft = read_draft(example)

    assert len(ON_ARRIVAL) == len(EXAMPLES)
    rule = rule_of(rule_id=1, version=1, priority=0, status="active", stored=draft.stored)

    assert rule.decides_on_arrival is on_arrival
    parts = split([rule], run_type="continuous")
    assert warnings_of(rule, parts, run_type="continuous") == []
