"""Ingest's own settings, read from `TIEOUT_INGEST_<NAME>`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from tieout_runtime.settings import ListenSettings


class IngestSettings(ListenSettings):
    model_config = SettingsConfigDict(env_prefix="TIEOUT_INGEST_", frozen=True, extra="ignore")

    spool_dir: Path = Field(description="durable folder for uploads that are not loaded yet")
    max_upload_bytes: int = Field(
        default=256 * 1024 * 1024, gt=0, description="larger uploads are answered 413"
    )
    import_workers: int = Field(default=2, ge=1, le=16, description="imports loaded at once")
    upload_again_after_seconds: int = Field(
        default=900,
        ge=1,
        description="an import without progress whose upload no instance has fails after this",
    )
    delivery_messages: int = Field(
        default=200, ge=1, le=2000, description="messages of upstream systems a transaction"
    )
    resume_after_seconds: float = Field(
        default=5.0, gt=0, description="after which a pending change of a record is taken up again"
    )
    change_attempts: int = Field(
        default=8, ge=1, description="tries at the matcher before a change of a record is given up"
    )
    api_connections: int = Field(default=10, ge=1, description="database connections for HTTP")
    worker_connections: int = Field(
        default=10,
        ge=9,
        description="database connections for deliveries, relay, bulk, backfill, changes of"
        " records, operations on streams and readiness; each import worker has one more",
    )
