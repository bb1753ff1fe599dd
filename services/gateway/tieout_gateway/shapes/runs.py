"""Runs: all that is open in a reconciliation is tried at once."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictBool

from tieout_gateway.shapes.shape import Body, Id, Shape, Time, absent

Mode = Literal["automatic", "manual"]
MatchedBy = Literal["accepted", "suggested", "rejected", "revoked"]


class NewRun(Body):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"mode": "automatic", "note": "month end January"}]}
    )

    mode: Mode = Field(default="automatic", description="`manual` only suggests")
    dry_run: StrictBool = Field(default=False, description="tell what it would make, write nothing")
    note: Annotated[str, Field(max_length=1000)] | None = None


class RuleCount(Shape):
    rule_id: Id
    status: MatchedBy
    matches: int
    entries: int | None = absent()


class PreviewedMatch(Shape):
    """A match that a dry run would have made; `difference` is side A less side B."""

    rule_id: Id
    side_a_record_ids: list[Id]
    side_b_record_ids: list[Id]
    kind: str
    score: int
    doubt: str | None = absent("why it would only be suggested")
    difference: int
    currency: str
    decimal_places: int


class RunPreview(Shape):
    by_rule: list[RuleCount]
    matches: list[PreviewedMatch]
    has_more: bool = Field(description="only the first 1,000 matches are listed")


class Run(Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 81,
                    "reconciliation_id": 41,
                    "mode": "automatic",
                    "dry_run": False,
                    "status": "completed",
                    "note": "month end January",
                    "entries": 200,
                    "tried": 200,
                    "by_rule": [
                        {"rule_id": 51, "status": "accepted", "matches": 93, "entries": 186}
                    ],
                    "created_at": "2026-02-01T09:00:00Z",
                    "started_at": "2026-02-01T09:00:01Z",
                    "finished_at": "2026-02-01T09:00:02Z",
                }
            ]
        }
    )

    id: Id
    reconciliation_id: Id
    mode: Mode
    dry_run: bool
    status: Literal["pending", "running", "completed", "failed", "closed"]
    note: str | None = absent()
    entries: int = Field(description="open entries when it began")
    tried: int = Field(description="of them, decided so far")
    by_rule: list[RuleCount]
    preview: RunPreview | None = absent("of a dry run that completed")
    error: str | None = absent()
    created_at: Time
    started_at: Time | None = absent()
    finished_at: Time | None = absent()
    undone_at: Time | None = absent()


def run_of(told: Mapping[str, Any]) -> Run:
    preview = told.get("preview")
    members = {name: told.get(name) for name in Run.model_fields}
    return Run.model_validate(members | {"preview": preview and _preview_of(preview)})


def _preview_of(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "by_rule": told["by_rule"],
        "matches": [
            {
                "rule_id": one["rule_id"],
                "side_a_record_ids": one["side_a"],
                "side_b_record_ids": one["side_b"],
                "kind": one["kind"],
                "score": one["score"],
                "doubt": one["doubt"],
                "difference": one["difference_minor"],
                "currency": one["currency"],
                "decimal_places": one["exponent"],
            }
            for one in told["matches"]
        ],
        "has_more": told["more"],
    }
