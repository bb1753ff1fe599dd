"""The rules of the accuracy bench: the engine takes each, and can look its candidates up."""

import json
from pathlib import Path
from typing import Any

import pytest

from tieout_matcher.domain.rule import Rule
from tieout_matcher.domain.rule_draft import read_draft, rule_of
from tieout_matcher.domain.rule_split import split
from tieout_matcher.domain.rule_warnings import warnings_of

BODIES = json.loads((Path(__file__).parents[2] / "bench/accuracy/splink_rules.json").read_text())


def as_rule(body: dict[str, Any]) -> Rule:
    draft = read_draft({"reconciliation_id": 1, **body})
    return rule_of(
        rule_id=draft.priority, version=1, priority=draft.priority, status="active",
        stored=draft.stored,
    )  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=lambda body: str(body["priority"]))
def test_a_rule_of_the_bench_is_taken_without_a_warning(body: dict[str, Any]) -> None:
    rule = as_rule(body)
    parts = split([rule], run_type="continuous")

    assert parts.passes == (rule,)
    assert warnings_of(rule, parts, run_type="continuous") == []


def test_the_rules_of_the_bench_run_as_they_are_written() -> None:
    rules = [as_rule(body) for body in BODIES]

    assert split(reversed(rules), run_type="continuous").passes == tuple(rules)
