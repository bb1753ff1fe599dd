"""Lerian's exceptions told to an external system, and what that system says of them."""

from collections.abc import Mapping
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from tieout_contracts.ids import Kind, uuid_of
from tieout_gateway.shapes.lerian_exceptions import NotBlank
from tieout_gateway.shapes.shape import Body, Moment, Shape, TimeInMilliseconds, absent


class Dispatch(Body):
    model_config = ConfigDict(
        alias_generator=to_camel,
        json_schema_extra={"examples": [{"targetSystem": "JIRA", "queue": "RECON-TEAM"}]},
    )

    target_system: Literal["JIRA", "SERVICENOW", "WEBHOOK", "MANUAL"]
    queue: NotBlank | None = Field(
        default=None, min_length=1, max_length=255, description="whose it is to be there"
    )


class Dispatched(Shape):
    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        json_schema_extra={
            "examples": [
                {
                    "exceptionId": "000a0000-0000-87e0-8000-000000000047",
                    "target": "JIRA",
                    "acknowledged": False,
                    "dispatchedAt": "2026-01-09T08:30:00.000Z",
                }
            ]
        },
    )

    exception_id: UUID
    target: str
    external_reference: str | None = absent("its issue there, once it is named")
    acknowledged: bool = Field(description="whether the target named its issue already")
    dispatched_at: TimeInMilliseconds


class Callback(Body):
    """Lengths count characters as sent, before trimming."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        json_schema_extra={
            "examples": [
                {
                    "externalSystem": "JIRA",
                    "externalIssueId": "RECON-1234",
                    "status": "ASSIGNED",
                    "assignee": "ann@example.com",
                    "updatedAt": "2026-01-09T08:31:00.000Z",
                }
            ]
        },
    )

    external_system: NotBlank = Field(
        min_length=1, max_length=255, description="kept in capital letters"
    )
    external_issue_id: NotBlank = Field(min_length=1, max_length=255)
    status: NotBlank = Field(
        min_length=1,
        max_length=255,
        description="kept as a comment, in whatever words; RESOLVED does not resolve the exception",
    )
    assignee: NotBlank | None = Field(
        default=None,
        min_length=1,
        max_length=255,
        description="has the exception from now on, if it is OPEN or ASSIGNED; required with the "
        "status ASSIGNED",
    )
    resolution_notes: NotBlank | None = Field(
        default=None, min_length=1, max_length=1000, description="kept as a comment"
    )
    due_at: Moment | None = Field(
        default=None, description="kept as a comment; dueAt of the exception never moves"
    )
    updated_at: Moment | None = Field(default=None, description="kept as a comment")
    callback_type: str | None = Field(default=None, max_length=255, description="not kept")
    payload: dict[str, Any] | None = Field(default=None, description="not kept")

    @model_validator(mode="after")
    def _assigned_to_somebody(self) -> Self:
        if self.status.strip().upper() == "ASSIGNED" and self.assignee is None:
            raise ValueError("a callback that says ASSIGNED names the assignee")
        return self


class CallbackAnswer(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "accepted"}]})

    status: Literal["accepted"]


def dispatched_of(told: Mapping[str, Any]) -> Dispatched:
    """Render a break that was dispatched just now."""
    issue = told["external_issue_id"]
    return Dispatched(
        exception_id=uuid_of(Kind.BREAK, told["id"]),
        target=told["external_system"],
        external_reference=issue,
        acknowledged=issue is not None,
        dispatched_at=told["updated_at"],
    )
