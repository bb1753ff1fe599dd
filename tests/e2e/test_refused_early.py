"""Requests refused before their body is read: the caller gets the answer, not a reset."""

import asyncio
from collections import Counter
from typing import Any

import httpx2
import pytest

from fixtures.public_api import PublicApi

AT_ONCE = 10
SIZES = [10, 100_000, 3_000_000]


async def all_answers(client: httpx2.AsyncClient, path: str, **content: Any) -> Counter[Any]:
    answers = await asyncio.gather(*(client.post(path, **content) for _ in range(AT_ONCE)))
    return Counter((one.status_code, one.json()["code"]) for one in answers)


@pytest.mark.parametrize("size", SIZES)
async def test_an_upload_into_no_stream_is_not_found(api: PublicApi, size: int) -> None:
    files = {"file": ("day.csv", b"x" * size, "text/csv")}

    answers = await all_answers(api.client, "/v1/data_streams/none/imports", files=files)

    assert answers == {(404, "not_found"): AT_ONCE}


@pytest.mark.parametrize("size", SIZES)
async def test_a_body_with_a_wrong_key_is_unauthorized(api: PublicApi, size: int) -> None:
    wrong = {"X-API-KEY": "tie_aaaaaaaa_wrong"}

    answers = await all_answers(
        api.client, "/v1/records/bulk", content=b"{" + b" " * size + b"}", headers=wrong
    )

    assert answers == {(401, "unauthorized"): AT_ONCE}
