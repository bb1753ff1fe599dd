"""A caller's trace through the whole product: from the request to the last event it causes."""

from fixtures.public_api import PublicApi, until
from fixtures.stack import RunningStack
from fixtures.topics import all_records

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def test_a_command_is_followed_through_every_service(
    api: PublicApi, stack: RunningStack
) -> None:
    stream = await api.stream("traced")
    made = await api.reconciliation("Traced", side_a=[stream], side_b=[])
    record = {"data_stream_key": "traced", "amount": 9, "direction": "credit"}
    told = await api.post("/v1/records", record | {"date": "2026-11-02"})
    await api.decided(made, 1)

    path = f"/v1/reconciliations/{made}/records/{told['id']}/mark_overdue"
    answer = await api.client.post(path, json={}, headers={"traceparent": TRACE})

    async def traced() -> set[str]:
        headers = [dict(one.headers) for one in await all_records(stack)]
        return {
            one["ce_type"].decode() for one in headers if one.get("traceparent") == TRACE.encode()
        }

    assert answer.status_code == 200
    wanted = {"entry.overdue", "audit.noted", "break.changed", "bucket.changed"}
    assert await until(traced, lambda found: found >= wanted) == wanted
