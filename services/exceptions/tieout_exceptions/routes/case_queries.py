"""What a list or an export of cases is asked for."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tieout_contracts.exception_events import CaseStatus, ReconciliationStatus
from tieout_exceptions.routes.requests import Text, moment
from tieout_exceptions.store.case_reads import CaseFilters


class CaseQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    status: CaseStatus | None = None
    reconciliation_status: ReconciliationStatus | None = None
    external_reference: Annotated[Text, Field(min_length=1, max_length=255)] | None = None
    created_from: str | None = None
    created_to: str | None = None
    verdict: Annotated[str, Field(pattern=r"^[a-z_]+(,[a-z_]+)*$", max_length=500)] | None = None

    @property
    def filters(self) -> CaseFilters:
        return CaseFilters(
            status=self.status,
            reconciliation_status=self.reconciliation_status,
            external_reference=self.external_reference,
            created_from=moment(self.created_from, "$.created_from", end=False),
            created_to=moment(self.created_to, "$.created_to", end=True),
            verdicts=frozenset(self.verdict.split(",")) if self.verdict else frozenset(),
        )


class CasePageQuery(CaseQuery):
    cursor: Text | None = None
    limit: int = Field(default=50, ge=1, le=200)
