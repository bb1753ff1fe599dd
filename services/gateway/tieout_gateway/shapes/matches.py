"""Matches: entries that were found to be the same movement."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictBool

from tieout_gateway.shapes.paging import OffsetQuery
from tieout_gateway.shapes.shape import Body, Id, IdIn, Shape, Text, Time, absent

_EXAMPLE: dict[str, Any] = {
    "id": 71,
    "status": "accepted",
    "reconciliation_id": 41,
    "reconciliation_rule_id": 51,
    "created_at": "2026-01-05T09:00:02Z",
    "record_count": 2,
    "kind": "exact",
    "rule_version": 1,
    "record_ids": [501, 502],
    "adjustments": [],
}
MatchStatus = Literal["suggested", "accepted", "rejected", "revoked"]


class NewMatch(Body):
    """Records that a person matches: all unmatched, both sides, of one currency."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reconciliation_id": 41,
                    "record_ids": [501, 502],
                    "create_adjustment": True,
                    "adjustment_reason": "bank fee of January",
                }
            ]
        }
    )

    reconciliation_id: IdIn
    record_ids: Annotated[list[IdIn], Field(min_length=1, max_length=500)]
    create_adjustment: StrictBool = Field(
        default=False, description="accept a difference; needs `adjustment_reason`"
    )
    adjustment_reason: Annotated[str, Field(max_length=1000)] | None = None
    carry: StrictBool = Field(
        default=False,
        description="take as much as both sides have, oldest first; the rest of one stays open",
    )


class MatchRejection(Body):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "another invoice of the same amount"}]}
    )

    reason: Annotated[Text, Field(max_length=1000)] | None = None


class MatchAllocation(Shape):
    """How much of a record a match takes, in minor units."""

    record_id: Id
    amount: int


class Match(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: Id
    status: MatchStatus
    group_key: str | None = absent()
    reconciliation_id: Id
    reconciliation_rule_id: Id | None = absent("left out when a person made it")
    created_at: Time
    record_count: int
    kind: str
    rule_version: int | None = absent()
    run_id: Id | None = absent("of the run that found it")
    score: int | None = absent("0 to 100, of a match that a pass found")
    candidates: int | None = absent("how many counterparts were looked at")
    doubt: Literal["ambiguous", "below_min_score", "pending", "manual_mode"] | None = absent(
        "why it is or was only suggested"
    )
    other_record_ids: list[Id] | None = absent("what could be taken instead")
    record_ids: list[Id]
    allocations: list[MatchAllocation] | None = absent("of records that are not taken whole")
    adjustments: list[dict[str, Any]]
    decided_at: Time | None = absent("when a suggestion was accepted or rejected")
    revoked_at: Time | None = absent()
    reason: str | None = absent("why it was rejected or revoked")


class MatchesQuery(OffsetQuery):
    reconciliation_id: IdIn | None = None
    status: MatchStatus | None = None


def match_of(told: Mapping[str, Any]) -> Match:
    return Match.model_validate(
        {name: told.get(name) for name in Match.model_fields}
        | {
            "reconciliation_rule_id": told.get("rule_id"),
            "other_record_ids": told.get("others") or None,
            "record_ids": [one["record_id"] for one in told["members"]],
            "allocations": told.get("allocations") or None,
            "adjustments": told.get("adjustments") or [],
        }
    )
