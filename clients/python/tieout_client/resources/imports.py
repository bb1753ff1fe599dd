"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Iterator, Mapping
from typing import Any

from tieout_client.models.imports import (
    ImportBatch,
    ImportBatchOffsetPage,
    ImportPreview,
    Record,
    RecordOffsetPage,
)
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_offset
from tieout_client.request import Request, segment
from tieout_client.sender import Sender
from tieout_client.upload import File, upload_of


class ImportsResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def upload(
        self,
        key: str,
        *,
        file: File,
        filename: str | None = None,
        profile: Mapping[str, Any] | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> ImportBatch:
        """Import a file into a data stream; its progress is read from the import batch.

        - `profile`: how this file is read, instead of the stream's own
        """
        return self._sender.one(
            ImportBatch,
            Request(
                method="POST",
                path=f"/v1/data_streams/{segment(key)}/imports",
                body={"profile": profile},
                upload=upload_of(file, filename),
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def preview(
        self,
        key: str,
        *,
        file: File,
        filename: str | None = None,
        profile: Mapping[str, Any] | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> ImportPreview:
        """Show what an import of the file would do; nothing is kept.

        - `profile`: how this file is read, instead of the stream's own
        """
        return self._sender.one(
            ImportPreview,
            Request(
                method="POST",
                path=f"/v1/data_streams/{segment(key)}/imports/preview",
                body={"profile": profile},
                upload=upload_of(file, filename),
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def list_batches(
        self,
        key: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        request_id: str | None = None,
    ) -> ImportBatchOffsetPage:
        """List the import batches of a data stream, newest first."""
        return self._sender.one(
            ImportBatchOffsetPage,
            Request(
                method="GET",
                path=f"/v1/data_streams/{segment(key)}/import_batches",
                query={"limit": limit, "offset": offset},
                request_id=request_id,
            ),
        )

    def iterate_batches(
        self,
        key: str,
        *,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> Iterator[ImportBatch]:
        """Give what `list_batches` lists one by one, over all pages; `limit` is the size of a
        page.
        """
        return self._sender.each(
            Paging(page=ImportBatchOffsetPage, items=lambda page: page.data, onward=by_offset),
            Request(
                method="GET",
                path=f"/v1/data_streams/{segment(key)}/import_batches",
                query={"limit": limit},
                request_id=request_id,
            ),
        )

    def get_batch(
        self,
        id: int,
        *,
        request_id: str | None = None,
    ) -> ImportBatch:
        """Show one import batch: its progress, what was rejected and why, its statements."""
        return self._sender.one(
            ImportBatch,
            Request(method="GET", path=f"/v1/import_batches/{segment(id)}", request_id=request_id),
        )

    def list_records(
        self,
        id: int,
        *,
        limit: int | None = None,
        offset: int | None = None,
        request_id: str | None = None,
    ) -> RecordOffsetPage:
        """List the records an import batch added."""
        return self._sender.one(
            RecordOffsetPage,
            Request(
                method="GET",
                path=f"/v1/import_batches/{segment(id)}/records",
                query={"limit": limit, "offset": offset},
                request_id=request_id,
            ),
        )

    def iterate_records(
        self,
        id: int,
        *,
        limit: int | None = None,
        request_id: str | None = None,
    ) -> Iterator[Record]:
        """Give what `list_records` lists one by one, over all pages; `limit` is the size of a
        page.
        """
        return self._sender.each(
            Paging(page=RecordOffsetPage, items=lambda page: page.data, onward=by_offset),
            Request(
                method="GET",
                path=f"/v1/import_batches/{segment(id)}/records",
                query={"limit": limit},
                request_id=request_id,
            ),
        )
