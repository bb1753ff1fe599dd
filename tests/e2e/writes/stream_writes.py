"""Writes of data streams, records and bulk requests."""

import asyncpg

from e2e.writes.write import Write, Writes, bring_in, records, saying, sending_file
from fixtures.public_api import PublicApi, until
from tieout_runtime.queries import load_queries

# What the product asks before it processes a bulk request: who has it keeps others from it.
_OWN = load_queries("tieout_ingest", "bulk.sql")["try_own_bulk"]
_SET = "UPDATE ingest.bulk_request SET status = $2 WHERE id = $1"


async def stream_writes(api: PublicApi) -> Writes:
    for key in ("changed", "deleted", "emptied", "imported", "kept", "demanding"):
        await api.stream(key)
    streams = "/v1/data_streams"
    definitions = "/v1/data_stream_property_definitions"
    demanded = {"data_stream_key": "demanding", "name": "N", "type": "string", "optional": True}
    changed, deleted = [
        (await api.post(definitions, demanded | {"key": key}))["id"] for key in ("p1", "p2")
    ]
    stored = await bring_in(api, records("kept", 1, 2))
    record, two = records("kept", 3), records("imported", 3, 4)
    new = {"key": "made", "name": "Made"}
    return {
        "POST /v1/data_streams": saying(streams, new, new | {"name": "Other"}),
        "PATCH /v1/data_streams/{key}": saying(f"{streams}/changed", {"name": "N"}, {"name": "O"}),
        "DELETE /v1/data_streams/{key}": Write(
            path=f"{streams}/deleted", other={"params": {"async": "true"}}
        ),
        "POST /v1/data_streams/{key}/reset": Write(path=f"{streams}/emptied/reset"),
        "POST /v1/data_streams/{key}/imports": sending_file(f"{streams}/imported/imports"),
        "POST /v1/data_stream_property_definitions": saying(
            definitions, demanded | {"key": "p"}, demanded | {"key": "other"}
        ),
        "PATCH /v1/data_stream_property_definitions/{id}": saying(
            f"{definitions}/{changed}", {"name": "New"}, {"name": "Other"}
        ),
        "DELETE /v1/data_stream_property_definitions/{id}": Write(path=f"{definitions}/{deleted}"),
        "POST /v1/records": saying(
            "/v1/records",
            record[0] | {"external_id": "one"},
            record[0] | {"external_id": "another"},
        ),
        "POST /v1/records/bulk": saying(
            "/v1/records/bulk", {"records": two[:1]}, {"records": two[1:]}
        ),
        "PATCH /v1/records/{id}": saying(
            f"/v1/records/{stored['kept-0']}", {"description": "new"}, {"description": "other"}
        ),
        "DELETE /v1/records/{id}": Write(path=f"/v1/records/{stored['kept-1']}"),
    }


async def bulk_writes(api: PublicApi, database: asyncpg.Connection) -> Writes:
    """Give one request that is processed as long as the connection lives, and one cancelled."""
    await api.stream("bulked")
    processed, cancelled = [await _ended(api) for _ in range(2)]
    assert await database.fetchval(_OWN, processed)
    await database.execute(_SET, processed, "processing")
    await database.execute(_SET, cancelled, "cancelled")
    path = "/v1/bulk_requests"
    return {
        "POST /v1/bulk_requests/{id}/cancel": Write(path=f"{path}/{processed}/cancel"),
        "POST /v1/bulk_requests/{id}/retry": Write(path=f"{path}/{cancelled}/retry"),
    }


async def _ended(api: PublicApi) -> int:
    """Have a record refused in bulk, so that something is left to be tried again."""
    refused = records("bulked", 1, direction="sideways")
    told = await api.post("/v1/records/bulk", {"records": refused})
    ended = await until(lambda: api.get(told["url"]), lambda one: one["status"] == "completed")
    return int(ended["id"])
