"""What callers change is in the audit chain: who, what it was, what it is."""

from typing import Any

from fixtures.public_api import PublicApi, until

Json = dict[str, Any]


async def test_a_change_is_told_once_with_what_it_was_and_is(api: PublicApi) -> None:
    streams = [await api.stream(key) for key in ("bank", "books")]
    number = await api.reconciliation("Audited", side_a=streams[:1], side_b=streams[1:])
    rule = await api.post("/v1/reconciliation_rules", _rule(number))
    path = f"/v1/reconciliation_rules/{rule['id']}"
    for _ in range(2):
        await api.client.patch(
            path, json={"priority": 7}, headers={"x-idempotency-key": "once", "x-request-id": "r-1"}
        )
    await api.client.patch(path, json={"priority": "seven"})

    told = await until(
        lambda: api.all_of("/v1/audit_entries"),
        lambda seen: any(one["action"].startswith("PATCH") for one in seen),
    )
    assert [one["seq"] for one in told] == list(range(1, len(told) + 1))
    (change,) = [one for one in told if one["action"] == f"PATCH /internal/rules/{rule['id']}"]
    assert (change["before"]["priority"], change["after"]["priority"]) == (0, 7)
    assert (change["service"], change["status"], change["request_id"]) == ("matcher", 200, "r-1")
    services = {one["service"] for one in told}
    assert services == {"ingest", "matcher"}
    verified = await api.get("/v1/audit_entries/verification")
    assert verified == {"verified": True, "entries": len(told), "hash": told[-1]["hash"]}


def _rule(number: int) -> Json:
    leaf = {"key": "reference", "value": "reference"}
    return {"reconciliation_id": number, "priority": 0, "filters": {"rules": [leaf]}}
