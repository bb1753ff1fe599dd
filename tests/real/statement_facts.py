"""What was reported of a file's statements, held against expected.json as numbers."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tieout_ingest.domain.statement import StatementReport


def differences(
    name: str, reports: Sequence[StatementReport], facts: Sequence[dict[str, Any]]
) -> list[str]:
    """Say for each statement of a file what is not as its facts are; nothing when all is."""
    numbers = {one.statement for one in reports}
    if numbers != set(range(1, len(facts) + 1)):
        return [f"{name}: statements {sorted(numbers)} instead of {len(facts)}"]
    found = []
    for number, expected in enumerate(facts, 1):
        own = [one for one in reports if one.statement == number]
        ours, theirs = _ours(own), _theirs(expected)
        unheard = currencies_of(expected) - {one.currency for one in own}
        found += [f"{name} {number}: nothing is reported in {one}" for one in sorted(unheard)]
        found += [
            f"{name} {number} {key}: {ours[key]} instead of {theirs[key]}"
            for key in theirs
            if ours[key] != theirs[key]
        ]
    return found


def currencies_of(facts: dict[str, Any]) -> set[str]:
    """Which currencies a statement's entries and balances are in, by its facts."""
    return {*facts["entry_currencies"], *(one["ccy"] for one in facts["balances"])}


def _ours(reports: Sequence[StatementReport]) -> dict[str, Any]:
    balances = [one for report in reports for one in report.balances]
    return {
        "account": reports[0].account,
        "id": reports[0].id,
        "entries": sum(one.entries for one in reports),
        "sum_credits": sum(one.sum_credits for one in reports),
        "sum_debits": sum(one.sum_debits for one in reports),
        "booked_net": sum(one.booked for one in reports),
        "opening": next((one.opening for one in reports if one.opening is not None), None),
        "opening_type": next((one.opening_type for one in reports if one.opening_type), None),
        "closing": next((one.closing for one in reports if one.closing is not None), None),
        "check": {one.balance_check for one in reports},
        "balances": Counter(
            (one.type, one.subtype, one.amount, one.currency, str(one.date)) for one in balances
        ),
    }


def _theirs(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as numbers; a statement in several currencies cannot tie, so it is not stated."""
    ties = None if len(currencies_of(facts)) > 1 else facts["ties"]
    check = {None: "not stated", True: "ties", False: f"differs by {facts['tie_gap']}"}[ties]
    numbers = ("sum_credits", "sum_debits", "booked_net", "opening", "closing")
    return {
        **{key: facts[key] for key in ("account", "id", "entries", "opening_type")},
        **{key: None if facts[key] is None else Decimal(facts[key]) for key in numbers},
        "check": {check},
        "balances": Counter(
            (one["type"], one["subtype"], Decimal(one["amount"]), one["ccy"], one["date"][:10])
            for one in facts["balances"]
        ),
    }
