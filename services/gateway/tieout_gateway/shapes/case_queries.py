"""What cases are asked for, and what people say about them."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from tieout_contracts.exception_events import CaseStatus, ReconciliationStatus
from tieout_contracts.ids import IdError, Kind, number_of
from tieout_gateway.shapes.paging import Cursor, Limit200
from tieout_gateway.shapes.shape import Body, Day, Moment
from tieout_gateway.shapes.stated_money import Reference
from tieout_runtime.problems import not_found

VerdictFilter = Literal[
    "matched", "matched_with_exception", "needs_review", "unreconciled", "sla_risk", "delayed"
]
Notes = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S")]


def _path_case_id(value: object) -> int:
    try:
        return number_of(Kind.CASE, str(value))
    except IdError as error:
        raise not_found("case") from error


def _split(value: object) -> object:
    """Read a list whose members may be comma lists; one that is empty is no member."""
    if not isinstance(value, list):
        return value
    return [part for one in value for part in str(one).split(",")]


PathCaseId = Annotated[
    int, BeforeValidator(_path_case_id), WithJsonSchema({"type": "string", "format": "uuid"})
]


class CaseFilterQuery(Body):
    model_config = ConfigDict(alias_generator=to_camel)

    from_: Moment | Day | None = Field(
        default=None, alias="from", description="made then or later: RFC 3339 or a date"
    )
    to: Moment | Day | None = Field(default=None, description="made before; of a date, its end")
    status: CaseStatus | None = None
    reconciliation_status: ReconciliationStatus | None = None
    external_reference: Reference | None = None
    verdict: Annotated[list[VerdictFilter] | None, BeforeValidator(_split)] = Field(
        default=None, description="any of these; repeated, or separated by commas"
    )


class CasesQuery(CaseFilterQuery):
    cursor: Cursor | None = None
    limit: Limit200 = 50


class ExportQuery(CaseFilterQuery):
    format: Literal["csv", "json"] = "json"


class CaseWork(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"notes": "The bank confirmed"}]})

    notes: Notes | None = Field(default=None, description="takes the place of the case's notes")


class CaseNotes(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"notes": "Asked the bank"}]})

    notes: Notes = Field(description="takes the place of the case's notes")
