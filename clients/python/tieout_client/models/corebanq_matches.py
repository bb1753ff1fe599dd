"""Made from docs/openapi.json by `make client`; changed there, not here."""

from tieout_client.model import Model
from tieout_client.models.corebanq_runs import LedgerMatch


class LedgerMatchOrderedPage(Model):
    data: list[LedgerMatch]
    total: int
    """over all pages, with the filters."""
    total_unfiltered: int
    """over all pages, without the filters."""
    has_more: bool
