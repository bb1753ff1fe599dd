"""Made from docs/openapi.json by `make client`; changed there, not here."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from tieout_client.models.corebanq_sources import SourceFile, SourceFileOrderedPage, UploadedFile
from tieout_client.omitted import OMIT, Omit
from tieout_client.paging import Paging, by_offset
from tieout_client.request import Request, segment
from tieout_client.sender import Sender
from tieout_client.upload import File, upload_of


class CorebanqSourcesResource:
    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def upload(
        self,
        run_id: str,
        *,
        file: File,
        filename: str | None = None,
        profile: Mapping[str, Any] | Omit = OMIT,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> UploadedFile:
        """Upload a statement (CSV or camt.053) to a run; answered when its entries are all
        there.

        - `profile`: how the file is read, where its columns are others
        """
        return self._sender.one(
            UploadedFile,
            Request(
                method="POST",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/sources/upload",
                body={"profile": profile},
                upload=upload_of(file, filename),
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            ),
        )

    def list(
        self,
        run_id: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        sort: Literal["created_at"] | None = None,
        request_id: str | None = None,
    ) -> SourceFileOrderedPage:
        """List the source files of a run, refused ones too."""
        return self._sender.one(
            SourceFileOrderedPage,
            Request(
                method="GET",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/sources",
                query={"limit": limit, "offset": offset, "order": order, "sort": sort},
                request_id=request_id,
            ),
        )

    def iterate(
        self,
        run_id: str,
        *,
        limit: int | None = None,
        order: Literal["asc", "desc"] | None = None,
        sort: Literal["created_at"] | None = None,
        request_id: str | None = None,
    ) -> Iterator[SourceFile]:
        """Give what `list` lists one by one, over all pages; `limit` is the size of a page."""
        return self._sender.each(
            Paging(page=SourceFileOrderedPage, items=lambda page: page.data, onward=by_offset),
            Request(
                method="GET",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/sources",
                query={"limit": limit, "order": order, "sort": sort},
                request_id=request_id,
            ),
        )

    def delete(
        self,
        run_id: str,
        file_id: str,
        *,
        idempotency_key: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """Delete a source file and its entries; with a matched entry it is 409."""
        self._sender.nothing(
            Request(
                method="DELETE",
                path=f"/v1/ledgers/reconciliation/runs/{segment(run_id)}/sources/{segment(file_id)}",
                writes=True,
                idempotency_key=idempotency_key,
                request_id=request_id,
            )
        )
