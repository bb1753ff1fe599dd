"""112 days of instant settlement: what one rule set finds of the groups in truth.json."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bank_transactions import corpus

from fixtures.public_api import PublicApi
from real.camt_corpus import camt_paths, settlement_truth
from real.settlement import PROFILES, Known, SettlementFile, load, real_records
from real.settlement_truth import Movement, movement_of, payment_of, truth_of

RULES = Path(__file__).with_name("settlement_rules.json")


@dataclass(frozen=True, kw_only=True)
class Found:
    """Accepted matches held against the groups of the truth.

    `days_proven`: opening and closing of the day's report hold with its own records and with the
    payments.
    """

    groups: int
    found: int
    contradictions: int
    beside_the_truth: int
    days: int
    days_proven: int


async def reconcile(api: PublicApi) -> Found:
    """Load all files under the rules, wait for the passes and judge every accepted match."""
    ids = {
        kind: await api.stream(f"real-{kind}", profile=profile)
        for kind, profile in PROFILES.items()
    }
    number = await api.reconciliation("Settlement", side_a=[ids["052"]], side_b=[ids["054"]])
    for rule in json.loads(RULES.read_text()):
        await api.post("/v1/reconciliation_rules", rule | {"reconciliation_id": number})
    accepted = await load(api, _files())
    await api.decided(number, accepted)
    await api.run(number)
    known = await real_records(api)
    matches = await api.all_of(
        "/v1/reconciliation_matches", reconciliation_id=number, status="accepted", limit=100
    )
    proof = await api.get(f"/v1/reconciliations/{number}/balance_proof", limit=200)
    return _judged(known, matches, _proven(proof), len(proof["days"]))


def _proven(proof: dict[str, Any]) -> int:
    reports = [side for day in proof["days"] for side in day["sides"] if side["side"] == "A"]
    return sum(1 for one in reports if one["proven"] and one["proven_by_other_side"])


def _files() -> list[SettlementFile]:
    days = {day["date"] for day in settlement_truth(corpus())}
    with tempfile.TemporaryDirectory() as scratch:
        found = [
            SettlementFile(kind=kind, day=path.stem[-10:], content=path.read_bytes())
            for _, path in camt_paths(corpus(), Path(scratch))
            for kind in PROFILES
            if f"CAMT_{kind}_" in path.name and path.stem[-10:] in days
        ]
    return sorted(found, key=lambda one: (one.day, one.kind))


def _judged(
    known: dict[int, Known], matches: list[dict[str, Any]], days_proven: int, days: int
) -> Found:
    groups = truth_of(settlement_truth(corpus())).members
    in_group = {payment for members in groups.values() for payment in members}
    found: set[Movement] = set()
    wrong = beside = 0
    for match in matches:
        members = [known[number] for number in match["record_ids"]]
        movements = [movement_of(one) for one in members if one.kind == "052"]
        payments = frozenset(payment_of(one) for one in members if one.kind == "054")
        if len(movements) == 1 and groups.get(movements[0]) == payments:
            found.add(movements[0])
        elif any(one in groups for one in movements) or payments & in_group:
            wrong += 1
        else:
            beside += 1
    return Found(
        groups=len(groups),
        found=len(found),
        contradictions=wrong,
        beside_the_truth=beside,
        days=days,
        days_proven=days_proven,
    )
