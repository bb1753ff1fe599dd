"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Sequence
from typing import Literal

from tieout_client.async_sender import AsyncSender
from tieout_client.models.property_definitions import Definition
from tieout_client.omitted import OMIT, Omit
from tieout_client.request import Request, segment


class AsyncPropertyDefinitionsResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(
        self,
        *,
        data_stream_key: str,
        request_id: str | None = None,
    ) -> Sequence[Definition]:
        """List what a data stream demands of the metadata of its records."""
        return await self._sender.many(
            Definition,
            Request(
                method="GET",
                path="/v1/data_stream_property_definitions",
                query={"data_stream_key": data_stream_key},
                request_id=request_id,
            ),
        )

    async def create(
        self,
        *,
        key: str,
        name: str,
        type: Literal["number", "date", "datetime", "string", "boolean"],
        data_stream_key: str,
        optional: bool | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Definition:
        """Demand a property of all records that come from now on, whichever way they come.

        A record without it is refused: a row of a file as a rejection, an item of a bulk request
        as a failed one, a single record with 422, each naming the property. Records that are there
        stay.

        - `key`: the member of the metadata; it cannot be changed
        - `type`: a text that writes such a value is one: files hold nothing but text
        - `optional`: whether it may be missing or null
        """
        return await self._sender.one(
            Definition,
            Request(
                method="POST",
                path="/v1/data_stream_property_definitions",
                body={
                    "key": key,
                    "name": name,
                    "type": type,
                    "data_stream_key": data_stream_key,
                    "optional": optional,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def get(
        self,
        id: int,
        *,
        request_id: str | None = None,
    ) -> Definition:
        """Show one property definition."""
        return await self._sender.one(
            Definition,
            Request(
                method="GET",
                path=f"/v1/data_stream_property_definitions/{segment(id)}",
                request_id=request_id,
            ),
        )

    async def update(
        self,
        id: int,
        *,
        name: str | Omit = OMIT,
        optional: bool | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Definition:
        """Change the name of a property, or whether it is optional."""
        return await self._sender.one(
            Definition,
            Request(
                method="PATCH",
                path=f"/v1/data_stream_property_definitions/{segment(id)}",
                body={"name": name, "optional": optional},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def delete(
        self,
        id: int,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """Demand a property no more; what records say stays."""
        await self._sender.nothing(
            Request(
                method="DELETE",
                path=f"/v1/data_stream_property_definitions/{segment(id)}",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            )
        )
