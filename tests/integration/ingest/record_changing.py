"""Records corrected and deleted as the gateway asks for it, and what is told of them."""

from typing import Any

from .conftest import Ingest
from .test_records import post

HEADER = "date,amount,currency,direction,external_id,status\n"


async def patch(ingest: Ingest, record: Any, *, key: str | None = None, **members: Any) -> Any:
    headers = {} if key is None else {"x-idempotency-key": key}
    path = f"/internal/records/{record['id']}"
    return await ingest.client.patch(path, json=members, headers=headers)


async def delete(ingest: Ingest, record: Any, *, key: str | None = None) -> Any:
    headers = {} if key is None else {"x-idempotency-key": key}
    return await ingest.client.delete(f"/internal/records/{record['id']}", headers=headers)


async def versions(ingest: Ingest, record: Any) -> Any:
    return (await ingest.client.get(f"/internal/records/{record['id']}/versions")).json()


async def told(ingest: Ingest, reconciliation_id: int = 5) -> list[tuple[Any, ...]]:
    events = await ingest.events(reconciliation_id)
    return [
        (one["type"], one["record_id"], one["version"])
        for one in events
        if one["type"] != "import.completed"
    ]


async def a_routed_record(ingest: Ingest, **more: Any) -> Any:
    stream = await ingest.make_stream()
    await ingest.route(5, {stream["id"]: "A"})
    return (await post(ingest, **more)).json()
