"""Breaks and what was told of them, as the tests read them."""

from typing import Any

from integration.exceptions.conftest import Rig


async def of_record(rig: Rig, record_id: int) -> dict[str, Any]:
    found = (await rig.json("/breaks"))["data"]
    (one,) = [one for one in found if one["record_id"] == record_id]
    return dict(one)


async def shown(rig: Rig) -> list[tuple[int, int | None]]:
    """Count and sum of each live bucket."""
    found = (await rig.json("/buckets", status="open"))["data"]
    return [(one["aggregates"]["record_count"], one["aggregates"]["total_amount"]) for one in found]


async def told(rig: Rig) -> list[tuple[str | None, str, str]]:
    return [
        (one.get("old_status"), one["new_status"], one["reason_code"])
        for _, one in await rig.events()
        if one["type"] == "break.changed"
    ]


async def audited(rig: Rig) -> list[dict[str, Any]]:
    """Read what was told of callers' changes, in order."""
    return [one for _, one in await rig.events("audit.v1")]
