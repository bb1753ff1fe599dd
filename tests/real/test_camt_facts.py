"""Every real camt file gives exactly the facts computed by scripts that share no code with us."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from real.camt_corpus import camt_paths, expected_facts
from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import Profile
from tieout_ingest.domain.refusals import Rejection
from tieout_ingest.domain.statement import StatementReport
from tieout_ingest.formats.camt_survey import CamtSurvey
from tieout_ingest.formats.reading import read, survey

FILES = 348


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("camt")


def test_every_file_gives_its_facts(corpus: Path, scratch: Path) -> None:
    facts = expected_facts(corpus)
    table: Counter[tuple[str, ...]] = Counter()
    wrong: list[str] = []
    rejected: list[tuple[str, Rejection]] = []

    for name, path in camt_paths(corpus, scratch):
        surveyed = survey(path, profile=Profile(), limits=Limits())
        assert isinstance(surveyed, CamtSurvey)
        outcomes = list(read(path, surveyed=surveyed, profile=Profile(), limits=Limits()))
        rejected += [(name, one) for one in outcomes if isinstance(one, Rejection)]
        wrong += _differences(name, surveyed, facts[name])
        if len(outcomes) != surveyed.rows or _same_twice(outcomes):
            wrong.append(f"{name}: rows {surveyed.rows} read as {len(outcomes)}, or one twice")
        _count(table, name.split("/")[1], surveyed, outcomes)

    print(*(f"{count:7} {' '.join(key)}" for key, count in sorted(table.items())), sep="\n")  # noqa: T201 - the table is the point
    assert wrong == []
    assert sum(count for key, count in table.items() if key[1] == "files") == FILES
    assert [(name.rpartition("_")[2], one.code, one.line) for name, one in rejected] == [
        ("amount.xml", "unreadable_amount", 16)
    ]


def _differences(name: str, surveyed: CamtSurvey, facts: dict[str, Any]) -> list[str]:
    if (surveyed.message.version, len(surveyed.heads)) != (
        facts["version"], len(facts["statements"]),
    ):  # fmt: skip
        return [f"{name}: {surveyed.message.version}, {len(surveyed.heads)} statements"]
    found = []
    for number, expected in enumerate(facts["statements"], 1):
        reports = [one for one in surveyed.statements if one.statement == number]
        ours, theirs = _ours(reports), _theirs(expected, several=len(reports) > 1)
        found += [
            f"{name} {number} {key}: {ours[key]} instead of {theirs[key]}"
            for key in theirs
            if ours[key] != theirs[key]
        ]
    return found


def _ours(reports: list[StatementReport]) -> dict[str, Any]:
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


def _theirs(facts: dict[str, Any], *, several: bool) -> dict[str, Any]:
    """Facts as numbers; a statement in several currencies cannot tie, so it is not stated."""
    ties = None if several else facts["ties"]
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


def _same_twice(outcomes: list[Record | Rejection]) -> bool:
    identities = [one.identity for one in outcomes if isinstance(one, Record)]
    return len(set(identities)) < len(identities)


def _count(
    table: Counter[tuple[str, ...]],
    kind: str,
    surveyed: CamtSurvey,
    outcomes: list[Record | Rejection],
) -> None:
    table[kind, "files"] += 1
    table[kind, "statements"] += len(surveyed.heads)
    table[kind, "records"] += sum(isinstance(one, Record) for one in outcomes)
    table[kind, "rejections"] += sum(isinstance(one, Rejection) for one in outcomes)
    for report in surveyed.statements:
        table[kind, "check", report.balance_check.partition(" by")[0]] += 1
    for warning in surveyed.warnings:
        table[kind, "warning", warning.code] += 1
