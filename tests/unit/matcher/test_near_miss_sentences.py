"""Near misses by hand: the sentence and the change that a person reads."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from unit.matcher.builders import DAY, a_leaf, some_fields
from unit.matcher.explained import Filters, facts, filters_of, misses, tried

NEAR = a_leaf("amount", tolerance_amount="0.50")


@pytest.mark.parametrize(
    ("rule", "own", "other", "change", "message"),
    [
        (
            [NEAR], {}, {"amount_minor": "1075"},
            {"kind": "tolerance", "path": "$.filters.rules[0]", "from": "0.50", "to": "0.75",
             "unit": "dollar"},
            ("The amount differs by 0.75 EUR; with a tolerance of 0.75 EUR instead of 0.50 EUR it "
            "would have matched."),
        ),
        (
            [a_leaf("date", tolerance_amount=3)], {}, {"date": DAY + timedelta(days=5)},
            {"kind": "tolerance", "path": "$.filters.rules[0]", "from": "3", "to": "5",
             "unit": "day"},
            ("`date` is 5 days apart; with a tolerance of 5 days instead of 3 days it would have "
            "matched."),
        ),
        (
            [a_leaf("date", tolerance_unit="month")], {}, {"date": DAY - timedelta(days=2)},
            {"kind": "tolerance", "path": "$.filters.rules[0]", "to": "2", "unit": "day",
             "from_unit": "month"},
            ("`date` is 2 days apart; with a tolerance of 2 days instead of the same month it "
            "would have matched."),
        ),
        (
            [a_leaf("amount", tolerance_amount=1, tolerance_unit="percent")], {},
            {"amount_minor": "1015"},
            {"kind": "tolerance", "path": "$.filters.rules[0]", "from": "1", "to": "1.48",
             "unit": "percent"},
            ("The amount differs by 0.15 EUR; with a tolerance of 1.48 % instead of 1 % it would "
            "have matched."),
        ),
        (
            [a_leaf("reference")], {"reference": "INV-4711"}, {"reference": "4711"},
            {"kind": "transforms", "path": "$.filters.rules[0]",
             "to": {"key": ["digits_only"], "value": ["digits_only"]}},
            ("`reference` is INV-4711 here and 4711 there; with the transform digits_only on both "
            "sides of `reference` it would have matched."),
        ),
        (
            [a_leaf("reference")], {"reference": "INV-4711"}, {"reference": "RE-4712"},
            {"kind": "value", "record_id": 1, "field": "reference", "from": "INV-4711",
             "to": "RE-4712"},
            ("`reference` is INV-4711 here and RE-4712 there; with `reference` RE-4712 instead of "
            "INV-4711 it would have matched."),
        ),
        (
            [a_leaf("reference")], {}, {"reference": "4711"},
            {"kind": "value", "record_id": 1, "field": "reference", "to": "4711"},
            ("`reference` is missing here; with `reference` 4711 instead of nothing it would have "
            "matched."),
        ),
        (
            [a_leaf("reference")], {"reference": "x"}, {"reference": "x", "amount_minor": "1001"},
            {"kind": "condition_added", "path": "$.filters",
             "to": {"key": "amount", "operand": "eq", "value": "amount",
                    "tolerance_amount": "0.01", "tolerance_unit": "dollar"}},
            ("The amount differs by 0.01 EUR; with a condition on amount and a tolerance of 0.01 "
            "EUR it would have matched."),
        ),
        (
            [a_leaf("reference")], {"reference": "x"}, {"reference": "x", "direction": "debit"},
            {"kind": "value", "record_id": 1, "field": "direction", "from": "credit",
             "to": "debit"},
            ("The amount differs by 20.00 EUR; with `direction` debit instead of credit it would "
            "have matched."),
        ),
        (
            [a_leaf("reference")], {"reference": "x"}, {"reference": "x", "currency": "USD"},
            {"kind": "value", "record_id": 1, "field": "currency", "from": "EUR", "to": "USD"},
            ("The currencies are EUR and USD; with `currency` USD instead of EUR it would have "
            "matched."),
        ),
        (
            [a_leaf("description", operand="similar", min_similarity=90), a_leaf("date")],
            {"description": "invoice 4711 acme"}, {"description": "invoice 4711 acne ltd"},
            {"kind": "min_similarity", "path": "$.filters.rules[0]", "from": 90, "to": 84},
            ("`description` is 84 % similar; with a min_similarity of 84 instead of 90 it would "
            "have matched."),
        ),
        (
            [a_leaf("counterparty", operand="neq"), a_leaf("date")],
            {"counterparty": "x"}, {"counterparty": "x"},
            {"kind": "condition_removed", "path": "$.filters.rules[0]"},
            ("`counterparty` is x here and x there, which is not `neq`; without the condition on "
            "`counterparty` it would have matched."),
        ),
    ],
)  # fmt: skip
def test_the_smallest_change_is_named_so_that_a_person_can_act_on_it(
    rule: list[Filters],
    own: dict[str, Any],
    other: dict[str, Any],
    change: dict[str, Any],
    message: str,
) -> None:
    entry, candidate = facts(1, "A", some_fields(**own)), facts(2, "B", some_fields(**other))

    (miss,) = misses(entry, [candidate], tried(filters_of(*rule)))

    (named,) = [msgspec.to_builtins(one) for one in miss.changes]
    named.pop("message")
    assert (named, miss.message) == (change, message)
