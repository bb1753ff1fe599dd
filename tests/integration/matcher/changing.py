"""Reconciliations changed over the routes, and what became of their entries."""

import json
from typing import Any

from integration.matcher.service import Service, path_of
from integration.matcher.world import Key, World

BOTH: dict[str, Any] = {"side_a_stream_ids": [1], "side_b_stream_ids": [2]}


async def patch(service: Service, key: Key, **body: Any) -> Any:
    answered = await service.call("PATCH", path_of(key), json=body)
    assert answered.status_code == 200, answered.text
    return answered.json()


async def without_b(service: Service, world: World, key: Key) -> None:
    await patch(service, key, side_a_stream_ids=[1], side_b_stream_ids=[])
    await world.rekey()


async def ended(world: World) -> dict[int, str | None]:
    rows = await world.rows("SELECT record_id, ended FROM entry ORDER BY record_id")
    return {row["record_id"]: row["ended"] for row in rows}


async def configs(world: World) -> list[dict[str, Any]]:
    import lz4.frame  # noqa: PLC0415  # only here
    import msgspec  # noqa: PLC0415  # only here

    from tieout_runtime.outbox import Chunk  # noqa: PLC0415  # only here

    rows = await world.rows("SELECT payload FROM outbox WHERE topic = 'config.v1' ORDER BY id")
    chunks = [
        msgspec.msgpack.decode(lz4.frame.decompress(row["payload"]), type=Chunk) for row in rows
    ]
    return [json.loads(one.value or b"") for chunk in chunks for one in chunk.messages]
