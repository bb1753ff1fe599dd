"""Drafts with valid defaults."""

from datetime import date
from typing import Any

from tieout_contracts.record import Fields
from tieout_ingest.domain.drafts import Record, draft
from tieout_ingest.domain.limits import Limits


def a_draft(identity: str | None = "inv-1", **more: Any) -> Record:
    values = {
        "amount_minor": "1000",
        "exponent": 2,
        "currency": "EUR",
        "direction": "credit",
        "date": date(2024, 3, 5),
    }
    fields = Fields(**values | more)
    made = draft(fields=fields, identity=identity, line=1, raw=["row"], limits=Limits())
    assert isinstance(made, Record)
    return made
