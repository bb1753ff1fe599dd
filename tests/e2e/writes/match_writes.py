"""Writes of reconciliations, their rules, runs and matches."""

from e2e.writes.write import Write, Writes, bring_in, records, saying
from fixtures.public_api import PublicApi

LEAVES = [
    {"key": "description", "value": "description"},
    {"key": "date", "value": "date", "tolerance_amount": 3},
]
# A day lies between the two of each pair: never good enough to be accepted.
RULE = {"filters": {"rules": LEAVES}, "min_score_to_accept": 100}
SUGGESTED = 3


async def reconciliation_writes(api: PublicApi) -> Writes:
    streams = [await api.stream(key) for key in ("plain-a", "plain-b")]
    sides = {"side_a": streams[:1], "side_b": streams[1:]}
    names = ("changed", "deleted", "ruled", "run", "late")
    changed, deleted, ruled, run, late = [await api.reconciliation(one, **sides) for one in names]
    undone = await api.run(run)
    ids = {"reconciliation_id": ruled}
    rules = "/v1/reconciliation_rules"
    old, gone = [(await api.post(rules, RULE | ids))["id"] for _ in range(2)]
    stored = await bring_in(api, records("plain-a", 1))
    await api.decided(late, 1)
    path = "/v1/reconciliations"
    new = {"name": "New", "side_a_stream_ids": streams[:1], "side_b_stream_ids": streams[1:]}
    overdue = f"{path}/{late}/records/{stored['plain-a-0']}/mark_overdue"
    return {
        "POST /v1/reconciliations": saying(path, new, new | {"name": "Other"}),
        "PATCH /v1/reconciliations/{id}": saying(f"{path}/{changed}", {"name": "N"}, {"name": "O"}),
        "DELETE /v1/reconciliations/{id}": Write(path=f"{path}/{deleted}"),
        "POST /v1/reconciliations/{id}/records/{record_id}/mark_overdue": saying(
            overdue, {"overdue_at": "2026-11-10T00:00:00Z"}, {"overdue_at": "2026-11-11T00:00:00Z"}
        ),
        "POST /v1/reconciliation_rules": saying(rules, RULE | ids, RULE | ids | {"priority": 7}),
        "PATCH /v1/reconciliation_rules/{id}": saying(
            f"{rules}/{old}", {"priority": 5}, {"priority": 6}
        ),
        "DELETE /v1/reconciliation_rules/{id}": Write(path=f"{rules}/{gone}"),
        "POST /v1/reconciliations/{id}/rule_proposals": Write(path=f"{path}/{run}/rule_proposals"),
        "POST /v1/reconciliations/{id}/runs": saying(
            f"{path}/{run}/runs", {"note": "new"}, {"note": "other"}
        ),
        "POST /v1/reconciliations/{id}/runs/{run_id}/undo": Write(
            path=f"{path}/{run}/runs/{undone.id}/undo"
        ),
    }


async def match_writes(api: PublicApi) -> Writes:
    """Give suggestions to judge, two records to match and a match to revoke."""
    streams = [await api.stream(key, expected_days=366) for key in ("pair-a", "pair-b")]
    number = await api.reconciliation("Pairs", side_a=streams[:1], side_b=streams[1:])
    amounts = range(100, 107)
    one_day_later = {"date": "2026-11-03"}
    stored = await bring_in(
        api, records("pair-a", *amounts), records("pair-b", *amounts, **one_day_later)
    )
    await api.decided(number, 2 * len(amounts))
    matches = "/v1/reconciliation_matches"
    made, revoked, other = [
        {"reconciliation_id": number, "record_ids": [stored[f"pair-{side}-{nth}"] for side in "ab"]}
        for nth in range(3, 6)
    ]
    gone = await api.post(matches, revoked)
    accepted, rejected, blocked = await _suggested(api, number)
    await api.post(f"{matches}/{blocked}/reject", {})
    return {
        "POST /v1/reconciliation_matches": saying(matches, made, other),
        "DELETE /v1/reconciliation_matches/{id}": Write(path=f"{matches}/{gone['id']}"),
        "POST /v1/reconciliation_matches/{id}/accept": Write(path=f"{matches}/{accepted}/accept"),
        "POST /v1/reconciliation_matches/{id}/reject": saying(
            f"{matches}/{rejected}/reject", {"reason": "not this one"}, {"reason": "nor that"}
        ),
        "DELETE /v1/reconciliation_matches/{id}/block": Write(path=f"{matches}/{blocked}/block"),
    }


async def _suggested(api: PublicApi, number: int) -> list[int]:
    """Have the first three pairs suggested; the others are as similar, but not the same."""
    await api.post("/v1/reconciliation_rules", RULE | {"reconciliation_id": number})
    await api.run(number)
    path, asked = "/v1/reconciliation_matches", {"reconciliation_id": number}
    found = await api.all_of(path, **asked, status="suggested")
    return [one["id"] for one in found][:SUGGESTED]
