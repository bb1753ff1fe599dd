"""ReconLayer's export of cases, as JSON. Source: seed 003."""

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from tieout_gateway.shapes.case_queries import VerdictFilter
from tieout_gateway.shapes.cases import CaseBundle
from tieout_gateway.shapes.shape import Shape, Time

_WORDS = ConfigDict(alias_generator=to_camel, validate_by_name=True)


class ExportFilters(Shape):
    model_config = _WORDS

    from_: str | None = Field(alias="from")
    to: str | None
    status: str | None
    reconciliation_status: str | None
    external_reference: str | None
    verdicts: list[VerdictFilter]


class CaseExport(Shape):
    """`total` comes after the items: all of them were counted then."""

    model_config = _WORDS

    exported_at: Time
    filters: ExportFilters
    items: list[CaseBundle]
    total: int
