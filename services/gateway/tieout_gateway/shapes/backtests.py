"""Backtests: rules to be tried on a window of the past."""

from typing import Annotated

from pydantic import ConfigDict, Field, StrictBool

from tieout_gateway.shapes.rule_schemas import EXACT_FILTERS
from tieout_gateway.shapes.rules import DraftRule
from tieout_gateway.shapes.shape import Body, Day, IdIn

MAX_RULES = 50


class NewBacktest(Body):
    """Drafts take part whatever their `status` says."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reconciliation_id": 41,
                    "rules": [{"filters": EXACT_FILTERS, "priority": 0}],
                    "date_from": "2026-01-01",
                    "date_to": "2026-01-31",
                }
            ]
        }
    )

    reconciliation_id: IdIn
    rules: Annotated[list[DraftRule], Field(max_length=MAX_RULES)]
    with_rules_in_force: StrictBool = Field(
        default=False, description="the active rules take part beside these"
    )
    date_from: Day = Field(description="of the records; both days are inclusive")
    date_to: Day
