"""People's work on End Close's exceptions: assignees, comments, investigations."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictInt, StringConstraints

from tieout_contracts.money import MAX_DIGITS
from tieout_gateway.shapes.records import Direction
from tieout_gateway.shapes.shape import Body, Day, Id, IdIn, Shape, Time

MAX_PEOPLE = 50
_Minor = Annotated[StrictInt, Field(gt=-(10**MAX_DIGITS), lt=10**MAX_DIGITS)]
AgeBucket = Literal["lt_7d", "7_30d", "30_90d", "gt_90d"]
COMMENT_EXAMPLE: dict[str, Any] = {
    "id": 91,
    "body": "Asked the bank for the missing reference.",
    "author_workos_id": "account:1",
    "mentions": [],
    "created_at": "2026-01-08T09:30:00Z",
}
INVESTIGATION_EXAMPLE: dict[str, Any] = {
    "id": 95,
    "status": "completed",
    "outcome": "match_found",
    "recommendation_text": (
        "Of 1 overdue records looked at, 1 have exactly one counterpart that nearly matches, 0 have"
        " several or weaker ones, and 0 have none.\n"
        "Record 501 and 502: would match if the dates were at most 5 days apart"
    ),
    "confidence_score": 1.0,
    "candidate_records_searched": 12,
    "suggested_record_ids": [502],
    "filter_params": {"direction": "debit"},
    "completed_at": "2026-01-08T09:30:01Z",
    "created_at": "2026-01-08T09:30:00Z",
}


class NewBucketComment(Body):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"body": COMMENT_EXAMPLE["body"], "mentions": []}]}
    )

    body: Annotated[str, StringConstraints(min_length=1, max_length=10_000)] = Field(
        description="more than blanks"
    )
    mentions: list[IdIn] = Field(
        default=[], max_length=MAX_PEOPLE, description="people of the organisation, by number"
    )


class Assignees(Body):
    model_config = ConfigDict(json_schema_extra={"examples": [{"user_ids": [1]}]})

    user_ids: list[IdIn] = Field(
        max_length=MAX_PEOPLE, description="whose it is from now on; [] is nobody's"
    )


class NewInvestigation(Body):
    """Narrows what is looked at, by the filters that showing an exception takes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"direction": "debit"}]})

    amount_min: _Minor | None = Field(default=None, description="signed, minor units")
    amount_max: _Minor | None = Field(default=None, description="signed, minor units")
    date_from: Day | None = None
    date_to: Day | None = None
    direction: Direction | None = None
    counterparty: str | None = Field(default=None, min_length=1, max_length=255)
    age_bucket: AgeBucket | None = Field(default=None, description="time since overdue_at")


class Assignee(Shape):
    id: Id
    workos_user_id: str = Field(description="the person's subject")


class BucketComment(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [COMMENT_EXAMPLE]})

    id: Id
    body: str
    author_workos_id: str = Field(description="the author's subject")
    mentions: list[Id]
    created_at: Time


class Investigation(Shape):
    """A search for the counterparts of what an exception shows: no model guesses, rules tell."""

    model_config = ConfigDict(json_schema_extra={"examples": [INVESTIGATION_EXAMPLE]})

    id: Id
    status: Literal["completed"]
    outcome: Literal["match_found", "no_match", "needs_review"]
    recommendation_text: str
    confidence_score: float = Field(
        ge=0, le=1, description="of the records with something near, the share with one counterpart"
    )
    candidate_records_searched: int
    suggested_record_ids: list[Id] = Field(description="the surest first, at most 100")
    filter_params: dict[str, Any] = Field(description="what it was narrowed to")
    completed_at: Time
    created_at: Time


def comment_of(told: Mapping[str, Any], people: Mapping[int, str]) -> BucketComment:
    """Render one; `people` names its author."""
    members = {name: told[name] for name in ("id", "body", "mentions", "created_at")}
    return BucketComment.model_validate(
        members | {"author_workos_id": _subject(told["author_id"], people)}
    )


def investigation_of(told: Mapping[str, Any]) -> Investigation:
    return Investigation.model_validate(dict(told))


def assignees_of(numbers: Sequence[int], people: Mapping[int, str]) -> list[Assignee]:
    return [Assignee(id=one, workos_user_id=_subject(one, people)) for one in numbers]


def _subject(number: int, people: Mapping[int, str]) -> str:
    """Name a person; one who is not there any more keeps the number."""
    return people.get(number, f"account:{number}")
