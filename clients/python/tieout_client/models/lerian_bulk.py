"""Made from docs/openapi.json by `make client`; changed there, not here."""

from tieout_client.model import CamelModel, Model


class BulkFailure(CamelModel):
    exception_id: str
    code: str
    error: str


class BulkOutcome(Model):
    """Every exception is in one of the three lists."""

    total: int
    succeeded: list[str]
    failed: list[BulkFailure]
    pending: list[str] | None = None
    """what awaits approval, or is still being carried out and completes by itself."""
