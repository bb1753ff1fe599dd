"""The body of a new ledger, and the rule that it begins with."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tieout_matcher.domain.reconciliation_draft import Name, ReconciliationDraft, Timezone
from tieout_matcher.domain.rule_draft import RuleDraft, read_draft

DEFAULT_RULE_DAYS = 3


class LedgerDraft(BaseModel):
    """A ledger is a reconciliation that runs decide alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    sign_mode: Literal["same", "opposite", "absolute"] = "same"
    timezone: Timezone = "UTC"

    def reconciliation(self, *, source_stream_id: int, gl_stream_id: int) -> ReconciliationDraft:
        """Say which reconciliation it is."""
        return ReconciliationDraft(
            name=self.name,
            run_type="batch",
            sign_mode=self.sign_mode,
            timezone=self.timezone,
            side_a_stream_ids=[source_stream_id],
            side_b_stream_ids=[gl_stream_id],
        )


def default_rule(reconciliation_id: int) -> RuleDraft:
    """Make the rule that a ledger begins with: amount, currency, and the date within three days."""
    near: dict[str, Any] = {"tolerance_amount": DEFAULT_RULE_DAYS, "tolerance_unit": "day"}
    leaves = [
        {"key": "amount", "operand": "eq", "value": "amount"},
        {"key": "currency", "operand": "eq", "value": "currency"},
        {"key": "date", "operand": "eq", "value": "date"} | near,
    ]
    return read_draft(
        {
            "reconciliation_id": reconciliation_id,
            "filters": {"operand": "and", "rules": leaves},
            "description": "the rule that a ledger begins with",
        }
    )
