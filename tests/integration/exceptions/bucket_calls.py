"""Calls of the bucket routes, as the tests make them."""

from typing import Any

from integration.exceptions.conftest import Rig

NEW = {"reconciliation_id": 5, "data_stream_id": 11}


async def buckets(rig: Rig, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await rig.json("/buckets", **params))["data"]
    return found


async def create(rig: Rig, **body: Any) -> Any:
    return await rig.call("POST", "/buckets", json=NEW | body)


async def patch(rig: Rig, bucket_id: int, **body: Any) -> Any:
    return await rig.call("PATCH", f"/buckets/{bucket_id}", json=body)


async def transitions(rig: Rig) -> list[tuple[str | None, str | None, int, str]]:
    return [
        (one.get("old_status"), one.get("new_status"), one["record_count"], one["by"])
        for _, one in await rig.events()
        if one["type"] == "bucket.changed"
    ]
