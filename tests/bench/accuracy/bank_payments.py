"""The bank payments that arrived days later with another amount: what the rules accept of them."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bank_transactions import Payments, Transaction

from fixtures.public_api import PublicApi

RULES = Path(__file__).with_name("splink_rules.json")
CURRENCY = "GBP"


@dataclass(frozen=True, kw_only=True)
class Linked:
    """`missed` counts true pairs that were not accepted, by why."""

    precision: float
    recall: float
    suggested: int
    missed: dict[str, int]


async def reconcile(api: PublicApi, payments: Payments) -> Linked:
    """Load both sides, let one run decide, and hold what it accepted against the truth."""
    ids = [await api.stream(f"{name}-payments") for name in ("sent", "arrived")]
    number = await api.reconciliation(
        "Bank payments", side_a=ids[:1], side_b=ids[1:], run_type="batch"
    )
    for rule in json.loads(RULES.read_text()):
        await api.post("/v1/reconciliation_rules", rule | {"reconciliation_id": number})
    loaded = 0
    for name, side in (("sent", payments.sent), ("arrived", payments.arrived)):
        batch = await api.upload(f"{name}-payments", f"{name}.csv", _csv(side))
        loaded += (await api.imported(batch.id)).accepted
    await api.decided(number, loaded)
    await api.run(number)
    names = await _names(api)
    accepted = await _pairs(api, number, "accepted", names)
    suggested = await _pairs(api, number, "suggested", names)
    return _judged(payments, accepted, suggested)


def _csv(side: Iterable[Transaction]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["date", "amount", "currency", "direction", "description", "external_id"])
    for one in side:
        amount = f"{one.cents // 100}.{one.cents % 100:02}"
        writer.writerow([one.date.isoformat(), amount, CURRENCY, "credit", one.memo, one.id])
    return text.getvalue()


async def _names(api: PublicApi) -> dict[int, str]:
    return {
        int(record["id"]): record["external_id"]
        for name in ("sent", "arrived")
        for record in await api.all_of("/v1/records", data_stream_key=f"{name}-payments", limit=200)
    }


async def _pairs(
    api: PublicApi, number: int, status: str, names: dict[int, str]
) -> list[tuple[str, str]]:
    matches = await api.all_of(
        "/v1/reconciliation_matches", reconciliation_id=number, status=status, limit=100
    )
    return [(names[a], names[b]) for a, b in (one["record_ids"] for one in matches)]


def _judged(
    payments: Payments,
    accepted: Sequence[tuple[str, str]],
    suggested: Sequence[tuple[str, str]],
) -> Linked:
    right = sum(payments.pairs.get(a) == b for a, b in accepted)
    taken = {one for pair in accepted for one in pair}
    offered = {one for pair in suggested for one in pair}
    missed = Counter(
        _why(a, b, taken, offered) for a, b in payments.pairs.items() if (a, b) not in set(accepted)
    )
    return Linked(
        precision=round(right / len(accepted), 4) if accepted else 0.0,
        recall=round(right / len(payments.pairs), 4),
        suggested=len(suggested),
        missed=dict(missed),
    )


def _why(a: str, b: str, taken: set[str], offered: set[str]) -> str:
    if a in taken or b in taken:
        return "another counterpart was accepted"
    if a in offered or b in offered:
        return "suggested: another is as close"
    return "no rule holds"
