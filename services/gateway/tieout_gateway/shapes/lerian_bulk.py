"""The same for many of Lerian's exceptions, with an answer for each."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.alias_generators import to_camel

from tieout_contracts.ids import IdError, Kind, number_of, uuid_of
from tieout_gateway.shapes.lerian_exceptions import NotBlank
from tieout_gateway.shapes.lerian_work import Assignee
from tieout_gateway.shapes.shape import Body, Shape, absent

_IDS: list[Any] = ["000a0000-0000-87e0-8000-000000000047", "000a0000-0000-87e0-8000-000000000048"]


def _exception_number(value: object) -> int:
    if not isinstance(value, str):
        raise IdError("an exception's identifier is a UUID")
    return number_of(Kind.BREAK, value)


ExceptionIds = Annotated[
    list[
        Annotated[
            int,
            BeforeValidator(_exception_number),
            WithJsonSchema({"type": "string", "format": "uuid"}),
        ]
    ],
    Field(min_length=1, max_length=100, description="each is seen to once"),
]


class BulkAssignment(Body):
    model_config = ConfigDict(
        alias_generator=to_camel,
        json_schema_extra={"examples": [{"exceptionIds": _IDS, "assignee": "ann@example.com"}]},
    )

    exception_ids: ExceptionIds
    assignee: Assignee


class BulkResolution(Body):
    model_config = ConfigDict(
        alias_generator=to_camel,
        json_schema_extra={
            "examples": [
                {
                    "exceptionIds": _IDS,
                    "resolution": "ACCEPTED",
                    "reason": "Small differences of the year end",
                }
            ]
        },
    )

    exception_ids: ExceptionIds
    resolution: NotBlank = Field(
        min_length=1, max_length=255, description="why; shown as `resolutionReason`"
    )
    reason: NotBlank | None = Field(
        default=None,
        max_length=1000,
        description="shown as `resolutionNotes`; the resolution again when left out",
    )


class BulkFailure(Shape):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)

    exception_id: UUID
    code: str
    error: str


class BulkOutcome(Shape):
    """Every exception is in one of the three lists."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "total": 2,
                    "succeeded": _IDS[:1],
                    "failed": [
                        {
                            "exceptionId": _IDS[1],
                            "code": "not_found",
                            "error": "there is no such exception",
                        }
                    ],
                }
            ]
        }
    )

    total: int
    succeeded: list[UUID]
    failed: list[BulkFailure]
    pending: list[UUID] | None = absent(
        "what awaits approval, or is still being carried out and completes by itself"
    )


def bulk_outcome_of(told: Mapping[str, Any]) -> BulkOutcome:
    results = [one | {"uuid": uuid_of(Kind.BREAK, one["id"])} for one in told["results"]]
    done = [one for one in results if "status" in one]
    pending = [one["uuid"] for one in done if one["status"] == "PENDING_RESOLUTION"]
    return BulkOutcome(
        total=len(results),
        succeeded=[one["uuid"] for one in done if one["uuid"] not in pending],
        failed=[
            BulkFailure(exception_id=one["uuid"], code=one["code"], error=one["error"])
            for one in results
            if "status" not in one
        ],
        pending=pending or None,
    )
