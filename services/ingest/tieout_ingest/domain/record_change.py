"""What was asked of a record, until the matcher has decided it (ADR 0014)."""

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

# Between tries at the matcher: the first, doubled each time, up to the longest.
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(seconds=60)


class RecordChange(Struct, frozen=True, kw_only=True):
    """`version` is the one that it makes; `fields` what that says, of a deletion the last ones.

    `raw` is the JSON of what came.
    """

    organization_id: int
    id: int
    stream_id: int
    record_id: int
    version: int
    kind: Literal["correction", "deletion"]
    account_id: int
    identity: str | None
    fields: bytes
    raw: bytes
    state: Literal["pending", "done", "refused"] = "pending"
    attempts: int = 0
    next_attempt_at: datetime
    refusal_code: str | None = None
    refusal_message: str | None = None
    created_at: datetime


class Done(Struct, frozen=True):
    """The matcher has changed the record wherever it is."""


class Refused(Struct, frozen=True, kw_only=True):
    """Nothing was changed anywhere."""

    code: str
    message: str


Decided = Done | Refused
