"""Matches: entries that were found to be the same movement."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict

from tieout_gateway.shapes.paging import OffsetQuery
from tieout_gateway.shapes.shape import Id, IdIn, Shape, Time, absent

_EXAMPLE: dict[str, Any] = {
    "id": 71,
    "status": "accepted",
    "reconciliation_id": 41,
    "reconciliation_rule_id": 51,
    "created_at": "2026-01-05T09:00:02Z",
    "record_count": 2,
    "kind": "rule",
    "rule_version": 1,
    "record_ids": [501, 502],
    "adjustments": [],
}


class Match(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: Id
    status: str
    group_key: str | None = absent()
    reconciliation_id: Id
    reconciliation_rule_id: Id | None = absent("left out when a person made it")
    created_at: Time
    record_count: int
    kind: str
    rule_version: int | None = absent()
    record_ids: list[Id]
    adjustments: list[dict[str, Any]]
    revoked_at: Time | None = absent()


class MatchesQuery(OffsetQuery):
    reconciliation_id: IdIn | None = None
    status: Literal["accepted", "revoked"] | None = None


def match_of(told: Mapping[str, Any]) -> Match:
    return Match.model_validate(
        {name: told.get(name) for name in Match.model_fields}
        | {
            "reconciliation_rule_id": told.get("rule_id"),
            "record_ids": [one["record_id"] for one in told["members"]],
            "adjustments": told.get("adjustments") or [],
        }
    )
