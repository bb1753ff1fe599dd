"""Producers: `POST /internal/producers`."""

import base64
import binascii
from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from tieout_ingest.routes.context import Asker, Context, answer_of
from tieout_ingest.routes.streams import Key, Name
from tieout_ingest.store import producers, streams
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer
from tieout_runtime.internal import json_response
from tieout_runtime.problems import invalid

PUBLIC_KEY_BYTES = 32


class NewProducerBody(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    public_key: str | None = None
    stream_keys: Annotated[list[Key], Field(min_length=1, max_length=1000)]


class ProducerView(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    name: str
    public_key: str | None
    stream_keys: list[str]
    created_at: datetime


def producers_router(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/internal/producers")
    async def create_producer(request: Request, body: NewProducerBody, caller: Asker) -> Response:
        public_key = _public_key(body.public_key)
        claim = caller.claim(request, body.model_dump(mode="json"))
        async with context.begin(caller) as connection:

            async def execute() -> Answer:
                found = await streams.find_many(
                    connection, keys=[(caller.organization_id, key) for key in body.stream_keys]
                )
                unknown = sorted(set(body.stream_keys) - {one.key for one in found})
                if unknown:
                    raise invalid("$.stream_keys", f"there is no data stream {unknown[0]!r}")
                at = context.clock()
                number = await producers.create(
                    connection,
                    organization_id=caller.organization_id,
                    name=body.name,
                    public_key=public_key,
                    stream_ids=sorted({one.id for one in found}),
                    at=at,
                )
                made = ProducerView(id=number, created_at=at, **body.model_dump())
                return answer_of(201, made)

            answer = await idempotency.once(connection, claim, at=context.clock(), execute=execute)
        return json_response(answer)

    return router


def _public_key(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != PUBLIC_KEY_BYTES:
        raise invalid("$.public_key", "is no Ed25519 public key: 32 bytes in base64")
    return key
