"""Every real camt file gives exactly the facts computed by scripts that share no code with us."""

from collections import Counter
from pathlib import Path

import pytest

from real.camt_corpus import camt_paths, expected_facts
from real.statement_facts import differences
from tieout_ingest.domain.drafts import Record
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.profile import Profile
from tieout_ingest.domain.refusals import Rejection
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
        wrong += differences(name, surveyed.statements, facts[name]["statements"])
        if surveyed.message.version != facts[name]["version"]:
            wrong.append(f"{name}: {surveyed.message.version}")
        if len(outcomes) != surveyed.rows or _same_twice(outcomes):
            wrong.append(f"{name}: rows {surveyed.rows} read as {len(outcomes)}, or one twice")
        _count(table, name.split("/")[1], surveyed, outcomes)

    print(*(f"{count:7} {' '.join(key)}" for key, count in sorted(table.items())), sep="\n")  # noqa: T201 - the table is the point
    assert wrong == []
    assert sum(count for key, count in table.items() if key[1] == "files") == FILES
    assert [(name.rpartition("_")[2], one.code, one.line) for name, one in rejected] == [
        ("amount.xml", "unreadable_amount", 16)
    ]


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
