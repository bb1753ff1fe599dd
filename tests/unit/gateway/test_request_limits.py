"""How long an answer may take, and which may take for ever."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from tieout_gateway.middleware.limits import Limits, RequestLimits

SHORT = Limits(body_bytes=1000, timeout_seconds=0.1, idle_seconds=1)


async def _slowly() -> AsyncIterator[bytes]:
    yield b"begun\n\n"
    await asyncio.sleep(0.3)
    yield b"ended\n\n"


def _app() -> FastAPI:
    app = FastAPI()

    @app.get("/{kind}")
    async def answer(kind: str) -> StreamingResponse:
        return StreamingResponse(_slowly(), media_type=f"text/{kind}")

    app.add_middleware(RequestLimits, usual=SHORT, upload=SHORT)
    return app


async def test_an_event_stream_goes_on_past_the_time_of_other_answers() -> None:
    transport = httpx2.ASGITransport(_app())
    async with httpx2.AsyncClient(transport=transport, base_url="http://door") as client:
        streamed = await client.get("/event-stream")

        with pytest.raises(TimeoutError):
            await client.get("/csv")

    assert streamed.text == "begun\n\nended\n\n"
