"""Calls of force-match, as the tests make them."""

from typing import Any

import httpx2

from integration.exceptions.conftest import Rig

BODY = {"notes": "Agreed with the bank", "overrideReason": "BUSINESS_DECISION"}


async def force(rig: Rig, break_id: int, key: str | None = None, **body: Any) -> httpx2.Response:
    headers = {} if key is None else {"x-idempotency-key": key}
    return await rig.call(
        "POST", f"/breaks/{break_id}/force-match", json=BODY | body, headers=headers
    )


async def one_late(rig: Rig) -> int:
    await rig.late(1)
    return int((await rig.one_break())["id"])


def asked(rig: Rig, what: str) -> list[dict[str, Any]]:
    return [body for command, body in rig.matcher.asked if command == what]


async def tell_forced(rig: Rig) -> None:
    """Let the matcher's outcome of the one operation arrive."""
    ((operation_id, outcome),) = rig.matcher.operations.items()
    match_id = rig.log.match(1, kind="force", operation_id=operation_id)
    assert outcome["status"] == "done"
    rig.matcher.operations[operation_id] = outcome | {"match_id": match_id}
    await rig.deliver()


async def statuses(rig: Rig) -> list[tuple[str | None, str]]:
    return [
        (one.get("old_status"), one["new_status"])
        for _, one in await rig.events()
        if one["type"] == "break.changed"
    ]
