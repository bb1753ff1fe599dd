"""Made from docs/openapi.json by `make client`; changed there, not here."""

import datetime as dt
from typing import Literal

from tieout_client.model import Model


class FileRejection(Model):
    line: int
    code: str
    message: str


class FileError(Model):
    code: str
    message: str


class SourceFile(Model):
    id: str
    run_id: str | None
    """null: it came into the data stream without a run."""
    filename: str
    format: Literal["csv", "camt.053"]
    status: Literal["processed", "failed"]
    imported: int
    skipped: int
    """rows that were there already."""
    rejected: int
    rejections: list[FileRejection]
    """the first 1,000."""
    error: FileError | None
    """why nothing of the file was read."""
    created_at: dt.datetime
    processed_at: dt.datetime | None


class UploadedFile(Model):
    source_file: SourceFile
    imported: int
    duplicate: bool
    """the ledger has this file: `source_file` is the first."""


class SourceFileOrderedPage(Model):
    data: list[SourceFile]
    total: int
    """over all pages, with the filters."""
    total_unfiltered: int
    """over all pages, without the filters."""
    has_more: bool
