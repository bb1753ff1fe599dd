"""Corebanq's runs of a ledger, and their source files."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from tieout_contracts.ids import Kind, uuid_of
from tieout_gateway.shapes.corebanq import LedgerIdIn, OrderedQuery, uuid_or_none
from tieout_gateway.shapes.shape import Body, Shape, Time

RUN, LEDGER = "000c0000-0000-87e0-8000-000000000051", "00060000-0000-87e0-8000-000000000029"
FILE = "00040000-0000-87e0-8000-00000000003d"
Mode = Literal["manual", "automatic"]
RunStatus = Literal["pending", "running", "completed", "failed", "closed"]
Note = Annotated[str, StringConstraints(max_length=1000)]
_RUN: dict[str, Any] = {
    "id": RUN,
    "ledger_id": LEDGER,
    "mode": "automatic",
    "source_type": "upload",
    "status": "completed",
    "note": "January",
    "error": None,
    "created_at": "2026-02-01T09:00:00Z",
    "updated_at": "2026-02-01T09:05:00Z",
    "started_at": "2026-02-01T09:05:00Z",
    "finished_at": "2026-02-01T09:05:01Z",
    "closed_at": None,
}
_FILE: dict[str, Any] = {
    "id": FILE,
    "run_id": RUN,
    "filename": "statement-2026-01.xml",
    "format": "camt.053",
    "status": "processed",
    "imported": 12,
    "skipped": 0,
    "rejected": 0,
    "rejections": [],
    "error": None,
    "created_at": "2026-02-01T09:01:00Z",
    "processed_at": "2026-02-01T09:01:01Z",
}


class NewLedgerRun(Body):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ledger_id": LEDGER,
                    "mode": "automatic",
                    "source_type": "upload",
                    "note": "January",
                }
            ]
        }
    )

    ledger_id: LedgerIdIn
    mode: Mode = Field(default="automatic", description="`manual`: auto-match only suggests")
    source_type: Literal["upload"] = "upload"
    idempotency_key: str | None = Field(
        default=None, description="serves as the header of that name does"
    )
    note: Note | None = None


class LedgerRunChange(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "January, second try"}]})

    note: Note | None = Field(default=None, description="null removes it; left out, it stays")


class LedgerRunsQuery(OrderedQuery):
    ledger_id: LedgerIdIn | None = None
    sort: Literal["created_at", "updated_at"] = "created_at"


class LedgerRun(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [_RUN]})

    id: UUID
    ledger_id: UUID
    mode: Mode
    source_type: Literal["upload"]
    status: RunStatus
    note: str | None
    error: str | None = Field(description="why its last attempt failed")
    created_at: Time
    updated_at: Time
    started_at: Time | None
    finished_at: Time | None
    closed_at: Time | None


class ReconciledRun(LedgerRun):
    model_config = ConfigDict(json_schema_extra={"examples": [_RUN | {"matched": 5}]})

    matched: int = Field(description="matches made, accepted and suggested")


class Matched(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"matched": 5}]})

    matched: int = Field(description="matches made by this call, accepted and suggested")


class FileRejection(Shape):
    line: int
    code: str
    message: str


class FileError(Shape):
    code: str
    message: str


class SourceFile(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [_FILE]})

    id: UUID
    run_id: UUID | None = Field(description="null: it came into the data stream without a run")
    filename: str
    format: Literal["csv", "camt.053"]
    status: Literal["processed", "failed"]
    imported: int
    skipped: int = Field(description="rows that were there already")
    rejected: int
    rejections: list[FileRejection] = Field(description="the first 1,000")
    error: FileError | None = Field(description="why nothing of the file was read")
    created_at: Time
    processed_at: Time | None


class UploadedFile(Shape):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"source_file": _FILE, "imported": 12, "duplicate": False}]}
    )

    source_file: SourceFile
    imported: int
    duplicate: bool = Field(description="the ledger has this file: `source_file` is the first")


class SourcesQuery(OrderedQuery):
    sort: Literal["created_at"] = "created_at"


def ledger_run_of(told: Mapping[str, Any]) -> LedgerRun:
    return LedgerRun.model_validate(_run_members(told))


def reconciled_run_of(told: Mapping[str, Any]) -> ReconciledRun:
    return ReconciledRun.model_validate(_run_members(told) | {"matched": told["matched"]})


def _run_members(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in LedgerRun.model_fields} | {
        "id": uuid_of(Kind.LEDGER_RUN, told["id"]),
        "ledger_id": uuid_of(Kind.RECONCILIATION, told["ledger_id"]),
    }


def uploaded_file_of(told: Mapping[str, Any]) -> UploadedFile:
    return UploadedFile(
        source_file=source_file_of(told["file"]),
        imported=told["imported"],
        duplicate=told["duplicate"],
    )


def source_file_of(told: Mapping[str, Any]) -> SourceFile:
    return SourceFile.model_validate(
        {
            "id": uuid_of(Kind.IMPORT_BATCH, told["id"]),
            "run_id": uuid_or_none(Kind.LEDGER_RUN, told["run_id"]),
            "filename": told["filename"],
            "format": _format_of(told),
            "status": "failed" if told["status"] == "failed" else "processed",
            "imported": told["accepted"],
            "skipped": told["skipped"],
            "rejected": told["rejected"],
            "rejections": told["rejections"],
            "error": told["error"],
            "created_at": told["created_at"],
            "processed_at": told["completed_at"],
        }
    )


def _format_of(told: Mapping[str, Any]) -> str:
    """Tell a file's format: of a refused one, which was not read, as its name says."""
    if told["source"] in ("csv_upload", "camt_upload"):
        return "csv" if told["source"] == "csv_upload" else "camt.053"
    return "camt.053" if told["filename"].lower().endswith((".xml", ".xml.gz")) else "csv"
