"""The settlement days, loaded once for all modules that look at them."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fixtures.public_api import new_organization
from fixtures.stack import RunningStack
from real.camt_corpus import camt_paths, settlement_truth
from real.settlement import (
    PROFILES,
    RULE_FIELDS,
    Settlement,
    SettlementFile,
    known_records,
    load,
    make_reconciliation,
    make_streams,
    plant,
    reconcile_late,
)
from real.settlement_days import Days, read_days
from real.settlement_planted import planted_parts


@pytest.fixture(scope="session")
def settlement_files(corpus: Path) -> list[SettlementFile]:
    """Give both files of each day, in the order of the days, the report first."""
    days = {day["date"] for day in settlement_truth(corpus)}
    with tempfile.TemporaryDirectory() as scratch:
        found = [
            SettlementFile(kind=kind, day=path.stem[-10:], content=path.read_bytes())
            for _, path in camt_paths(corpus, Path(scratch))
            for kind in PROFILES
            if f"CAMT_{kind}_" in path.name and path.stem[-10:] in days
        ]
    return sorted(found, key=lambda one: (one.day, one.kind))


@pytest.fixture(scope="session")
def days(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Days]:
    """Give what ingest reads of every settlement file: kind → day → (records, reports)."""
    return read_days(corpus, tmp_path_factory.mktemp("settlement"))


@pytest.fixture(scope="session")
async def settlement(
    stack: RunningStack, settlement_files: list[SettlementFile]
) -> AsyncIterator[Settlement]:
    """Load everything once, into reconciliations whose rule is made before, during and after.

    "real only" has the streams of the real files alone, and its rule before them; what is open in
    it, and in no other, is overdue.
    """
    middle = len(settlement_files) // 2
    async with new_organization(stack, "Settlement") as api:
        ids = await make_streams(api)
        made = {
            name: await make_reconciliation(api, name, ids)
            for name in ("before", "during", "after")
        }
        await api.rule(made["before"], *RULE_FIELDS)
        first, second, third = planted_parts(
            {kind: f"planted-{kind}" for kind in PROFILES}, parts=3
        )
        planted = await plant(api, first)
        accepted = await load(api, settlement_files[:middle])
        planted += await plant(api, second)
        await api.rule(made["during"], *RULE_FIELDS)
        path = f"/v1/reconciliations/{made['during']}/progress"
        decided_then = (await api.get(path))["decided"]
        accepted += await load(api, settlement_files[middle:])
        planted += await plant(api, third)
        await api.decided(made["after"], accepted + planted)
        await api.rule(made["after"], *RULE_FIELDS)
        for number in made.values():
            await api.decided(number, accepted + planted)
        real = {key: number for key, number in ids.items() if key.startswith("real")}
        made["real only"] = await reconcile_late(api, "real only", real, accepted)
        yield Settlement(
            api=api,
            ids=ids,
            reconciliations=made,
            decided_then=decided_then,
            known=await known_records(api),
        )
