"""What happened to a case, told to auditors: only ever added to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SYSTEM = "system"


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseEvent:
    """`actor`: system, or account:<number>."""

    case_id: int
    intent_id: int
    event_type: str
    actor: str
    message: str
    occurred_at: datetime
    raw_record_id: int | None = None
    payload: Mapping[str, Any] | None = None
