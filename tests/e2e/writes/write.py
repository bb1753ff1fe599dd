"""A write that an organisation can really carry out, once."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from fixtures.public_api import PublicApi, until

CSV = "date,amount,currency,direction\n2026-01-05,12.34,EUR,credit\n"
OTHER_CSV = "date,amount,currency,direction\n2026-01-05,43.21,EUR,debit\n"
Content = dict[str, Any]
Writes = dict[str, "Write"]


@dataclass(frozen=True, kw_only=True)
class Write:
    """What `content` gives to httpx, and `other`: another request that is good in itself.

    `other` is None where a request says nothing but its address, so that there is no other one.
    """

    path: str
    content: Content = field(default_factory=dict)
    other: Content | None = None
    headers: dict[str, str] = field(default_factory=dict)


def saying(path: str, body: Any, other: Any) -> Write:
    return Write(path=path, content={"json": body}, other={"json": other})


def sending_file(path: str) -> Write:
    return Write(path=path, content=_file(CSV), other=_file(OTHER_CSV))


def _file(content: str) -> Content:
    return {"files": {"file": ("a.csv", content)}}


def records(stream_key: str, *amounts: int, **fields: Any) -> list[dict[str, Any]]:
    """Describe records of one stream, each with an amount and a description of its own."""
    return [
        {"data_stream_key": stream_key, "external_id": f"{stream_key}-{number}", "amount": amount,
         "currency": "EUR", "direction": "credit", "date": "2026-11-02",
         "description": f"invoice {number}", **fields}
        for number, amount in enumerate(amounts)
    ]  # fmt: skip


async def bring_in(api: PublicApi, *several: list[dict[str, Any]]) -> dict[str, int]:
    """Store records; their numbers by external identifier."""
    told = await api.post(
        "/v1/records/bulk", {"records": [one for many in several for one in many]}
    )
    await until(lambda: api.get(told["url"]), lambda one: one["status"] == "completed")
    keys = {many[0]["data_stream_key"] for many in several}
    stored = [one for key in keys for one in await api.all_of("/v1/records", data_stream_key=key)]
    return {one["external_id"]: one["id"] for one in stored}


async def tagged(api: PublicApi, write: Write) -> Write:
    """Let a write say which version of its object it means: the one that is shown now."""
    shown = await api.client.get(re.sub(r"/[a-z-]+$", "", write.path))
    return replace(write, headers={"if-match": shown.headers["etag"]})
