"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from tieout_client.async_sender import AsyncSender
from tieout_client.models.data_streams import Health, Operation, Stream
from tieout_client.omitted import OMIT, Omit
from tieout_client.request import Request, segment


class AsyncDataStreamsResource:
    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def list(
        self,
        *,
        request_id: str | None = None,
    ) -> Sequence[Stream]:
        """List all data streams of the organisation."""
        return await self._sender.many(
            Stream, Request(method="GET", path="/v1/data_streams", request_id=request_id)
        )

    async def create(
        self,
        *,
        key: str,
        name: str,
        description: str | Omit | None = OMIT,
        type: Literal["api"] | Omit = OMIT,
        profile: Mapping[str, Any] | Omit | None = OMIT,
        expected_days: int | Omit = OMIT,
        arrival_grace_seconds: int | Omit = OMIT,
        overlap: Literal["dedupe", "append"] | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Stream:
        """Make a data stream; a key that is taken is 422.

        - `key`: unique in the organisation, for ever
        - `profile`: how its files are read, where the default does not fit
        - `expected_days`: calendar days after its date by which a record is matched
        - `arrival_grace_seconds`: nothing is overdue sooner after its arrival than this
        - `overlap`: whether files repeat records of earlier files
        """
        return await self._sender.one(
            Stream,
            Request(
                method="POST",
                path="/v1/data_streams",
                body={
                    "key": key,
                    "name": name,
                    "description": description,
                    "type": type,
                    "profile": profile,
                    "expected_days": expected_days,
                    "arrival_grace_seconds": arrival_grace_seconds,
                    "overlap": overlap,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def get(
        self,
        key: str,
        *,
        request_id: str | None = None,
    ) -> Stream:
        """Show one data stream."""
        return await self._sender.one(
            Stream,
            Request(method="GET", path=f"/v1/data_streams/{segment(key)}", request_id=request_id),
        )

    async def update(
        self,
        key: str,
        *,
        name: str | Omit = OMIT,
        description: str | Omit | None = OMIT,
        profile: Mapping[str, Any] | Omit | None = OMIT,
        expected_days: int | Omit = OMIT,
        arrival_grace_seconds: int | Omit = OMIT,
        overlap: Literal["dedupe", "append"] | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Stream:
        """Change what a data stream is called, and how what comes from now on is read and
        expected.

        Its key and type cannot be changed; records that are there stay as they are.
        """
        return await self._sender.one(
            Stream,
            Request(
                method="PATCH",
                path=f"/v1/data_streams/{segment(key)}",
                body={
                    "name": name,
                    "description": description,
                    "profile": profile,
                    "expected_days": expected_days,
                    "arrival_grace_seconds": arrival_grace_seconds,
                    "overlap": overlap,
                },
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def delete(
        self,
        key: str,
        *,
        async_: Literal["true", "false"] | None = None,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Operation | None:
        """Delete a data stream, its property definitions and all of its records; history stays.

        409 while it is linked to a reconciliation, a match holds a record of it (it is named) or
        an import is being loaded, and of more than 10,000 records without `async=true`. Afterwards
        another data stream may have its key.

        - `async_`: `true`: answer 202 at once; needed for more than 10,000 records
        """
        return await self._sender.maybe(
            Operation,
            Request(
                method="DELETE",
                path=f"/v1/data_streams/{segment(key)}",
                query={"async": async_},
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def reset(
        self,
        key: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> Operation:
        """Delete all records that a data stream has by now; what it is and where it is linked
        stays.

        409 while a match holds a record of it (it is named) or an import is being loaded. Uploads
        are 409 until it has ended; then files that were imported before may come again.
        """
        return await self._sender.one(
            Operation,
            Request(
                method="POST",
                path=f"/v1/data_streams/{segment(key)}/reset",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    async def get_health(
        self,
        key: str,
        *,
        request_id: str | None = None,
    ) -> Health:
        """Show what a data stream holds and when it last got a record; cheap enough to poll."""
        return await self._sender.one(
            Health,
            Request(
                method="GET", path=f"/v1/data_streams/{segment(key)}/health", request_id=request_id
            ),
        )

    async def get_operation(
        self,
        key: str,
        id: int,
        *,
        request_id: str | None = None,
    ) -> Operation:
        """Show how far a deletion or a reset is, also when the data stream is no more."""
        return await self._sender.one(
            Operation,
            Request(
                method="GET",
                path=f"/v1/data_streams/{segment(key)}/operations/{segment(id)}",
                request_id=request_id,
            ),
        )
