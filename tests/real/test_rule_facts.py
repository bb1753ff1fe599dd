"""Rule cases of another product: each comes out the same here, or docs/facts.md says why not."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from real.rule_facts import is_valid, pair_matches, rollup_matches

Json = dict[str, Any]
_PAGE = Path(__file__).parents[2] / "docs" / "facts.md"
_EQUAL_AMOUNTS = [{"field": "amount", "operator": "equals"}]


@pytest.fixture(scope="module")
def facts(corpus: Path) -> Json:
    told: Json = json.loads((corpus / "facts" / "rules_blnk.json").read_text())
    return told


def departures() -> set[str]:
    """Return the cases that the page names in the first column of its table of rules."""
    section = _PAGE.read_text("utf-8").partition("## rules\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    firsts = [re.split(r"(?<!\\)\|", row)[1] for row in rows]
    return {name.replace("\\|", "|") for first in firsts for name in re.findall("`(.+?)`", first)}


def test_every_case_comes_out_the_same_or_is_named_with_its_reason(facts: Json) -> None:
    different = {
        one["name"] for one in facts["pair_cases"] if pair_matches(one) is not one["match"]
    }
    different |= {
        json.dumps(one["rule"])
        for one in facts["rule_validation"]
        if is_valid(one["rule"].get("criteria", [one["rule"]])) is not one["valid"]
    }
    different |= {one["name"] for one in facts["set_cases"] if not _set_case(one)}

    assert different == departures()


def test_the_cases_are_all_there(facts: Json) -> None:
    kinds = ("pair_cases", "set_cases", "rule_validation")

    assert [len(facts[kind]) for kind in kinds] == [56, 5, 11]
    assert departures()


def _set_case(case: Json) -> bool:
    """Tell whether groups and single records match as the case says."""
    if case.get("internal") == "error":
        return False  # nothing here decides without its candidates
    check: Callable[[Json], bool] = _racing if "n_groups" in case else _rollup
    return check(case)


def _rollup(case: Json) -> bool:
    criteria, groups = case.get("rule", _EQUAL_AMOUNTS), case["internal_groups"]
    found = rollup_matches(criteria, case["external"], groups)
    pairs = [[one, member] for (one,), members, accepted in found if accepted for member in members]
    matched = {one for pair in pairs for one in pair}
    left = [one["id"] for one in case["external"] if one["id"] not in matched]
    intact = [name for name, members in groups.items()
              if not matched & {one["id"] for one in members}]  # fmt: skip
    return (
        pairs == case["expected_matches"]
        and left == case.get("unmatched", [])
        and intact == case.get("remaining_groups", [])
    )


def _racing(case: Json) -> bool:
    """Singles that say the same: as many match as there are groups, each group once."""
    groups = {
        f"g{number}": [{"amount": "100"}, {"amount": "200"}] for number in range(case["n_groups"])
    }
    singles = [{"amount": "300"}] * (case["n_groups"] * case["singles_per_group"])
    found = rollup_matches(_EQUAL_AMOUNTS, singles, groups)
    claims = [members for _, members, accepted in found if accepted]
    return (
        len(claims) == case["expected_claims"]
        and len(singles) - len(claims) == case["expected_unmatched"]
        and all(len(members) == len(groups["g0"]) for members in claims)
    )
