"""The settlement days by one rule set: every movement is the sum of its payments."""

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from real.camt_corpus import settlement_truth
from real.settlement_days import Days
from tieout_contracts.record import Fields, Side
from tieout_matcher.domain.facts import Facts, facts_of
from tieout_matcher.domain.passes.proposal import Proposal
from tieout_matcher.domain.passes.solve import solve
from tieout_matcher.domain.rule import Rule
from tieout_matcher.domain.rule_draft import read_draft, rule_of
from tieout_matcher.domain.rule_split import split
from tieout_matcher.domain.rule_warnings import warnings_of

RULES = Path(__file__).parents[1] / "bench" / "accuracy" / "settlement_rules.json"
SIDES: dict[str, Side] = {"052": "A", "054": "B"}
GROUPS, OF_ONE_MEMBER = 523, 309
# A movement or payment: (day of its file, counterparty); with its amount or identifier.
Group = tuple[tuple[str, str, Decimal], frozenset[tuple[str, str | None]]]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """Every record of the days as an open entry; what its file says, by record."""

    entries: list[Facts]
    said: dict[int, tuple[str, Fields]]

    def group_of(self, match: Proposal) -> Group:
        """Spell a match as the truth does."""
        (movement,) = match.side_a
        day, fields = self.said[movement.record_id]
        payments = [self.said[one.record_id] for one in match.side_b]
        counterparty = fields.metadata["counterparty_bic"]
        assert {one.metadata["counterparty_bic"] for _, one in payments} == {counterparty}
        amount = Decimal(fields.signed_minor).scaleb(-fields.exponent)
        members = frozenset((day, one.reference) for day, one in payments)
        return (day, counterparty, amount), members


@pytest.fixture(scope="module")
def loaded(days: dict[str, Days], corpus: Path) -> Loaded:
    said = {}
    entries = []
    for day in sorted(one["date"] for one in settlement_truth(corpus)):
        for kind, side in SIDES.items():
            for record in days[kind][day][0]:
                number = len(entries) + 1
                said[number] = (day, record.fields)
                entries.append(
                    facts_of(
                        record_id=number,
                        entry_no=number,
                        side=side,
                        fields=record.fields_json,
                        sign_mode="same",
                    )
                )
    return Loaded(entries=entries, said=said)


@pytest.fixture(scope="module")
def rules() -> list[Rule]:
    drafts = [read_draft({"reconciliation_id": 1, **one}) for one in json.loads(RULES.read_text())]
    return [
        rule_of(rule_id=number, version=1, priority=one.priority, status="active",
                stored=one.stored)
        for number, one in enumerate(drafts, start=1)
    ]  # fmt: skip


def test_the_rules_are_taken_without_a_warning(rules: list[Rule]) -> None:
    parts = split(rules, run_type="continuous")

    assert [one.cardinality for one in parts.passes] == ["many_to_one"]
    assert [one for rule in rules for one in warnings_of(rule, parts, run_type="continuous")] == []


@pytest.mark.parametrize("rollup_alone", [False, True], ids=["as written", "rollup alone"])
def test_every_group_is_found_and_nothing_contradicts_the_truth(
    loaded: Loaded, rules: list[Rule], corpus: Path, rollup_alone: bool
) -> None:
    tried = rules[1:] if rollup_alone else rules

    solved = solve(rules=tried, active=tried, entries=loaded.entries)

    matches = [one for part in solved for one in part.proposals]
    found = [loaded.group_of(one) for one in matches]
    truth = {
        (
            (day["date"], group["counterparty_bic"], Decimal(group["movement"])),
            frozenset((day["date"], tx_id) for tx_id in group["tx_ids"]),
        )
        for day in settlement_truth(corpus)
        for group in day["many_to_one_groups"]
    }
    assert len(truth) == len(found) == GROUPS
    assert set(found) == truth
    assert {one.doubt for one in matches} == {None}
    assert sum(one.difference_minor for one in matches) == 0
    alone = sum(one.kind == "exact" for one in matches)
    assert alone == (0 if rollup_alone else OF_ONE_MEMBER)
