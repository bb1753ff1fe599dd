"""Emptying and deleting streams: what stands in the way, and how far one is (ADR 0016)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from tieout_ingest.domain.record_change import Refused

MOST_AT_ONCE = 10_000
Kind = Literal["delete", "reset"]
Status = Literal["pending", "running", "completed", "failed"]


class StreamOperation(Struct, frozen=True, kw_only=True):
    """Versions of records told up to position `up_to` are withdrawn; later ones stay.

    `done` of `records` are no more, all up to number `done_to`. `is_async`: the caller did not
    wait for its end.
    """

    organization_id: int
    id: int
    stream_id: int
    data_stream_key: str
    kind: Kind
    is_async: bool
    account_id: int
    status: Status
    up_to: int
    records: int
    done: int
    done_to: int
    error_code: str | None
    error_message: str | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None

    @property
    def progress(self) -> int:
        """Percent; a hundred only when it is completed."""
        if self.status == "completed":
            return 100
        return min(99, 100 * self.done // self.records) if self.records else 0


class HoldingMatch(Struct, frozen=True, kw_only=True):
    reconciliation_id: int
    record_id: int
    match_id: int


class Hold(Struct, frozen=True, kw_only=True):
    """Where a stream is linked, and a match that holds one of its records."""

    reconciliation_ids: list[int]
    match: HoldingMatch | None


class InTheWay(Struct, frozen=True, kw_only=True):
    """What is under way in a stream: an import, a change of a record, another operation."""

    import_batch_id: int | None
    record_id: int | None
    operation_id: int | None


def refusal_of_linked(reconciliation_ids: Sequence[int]) -> Refused | None:
    """Refuse to delete what reconciliations rely on."""
    if not reconciliation_ids:
        return None
    named = ", ".join(map(str, reconciliation_ids))
    message = f"the data stream is linked to reconciliation {named}: take it out there first"
    return Refused(code="stream_linked", message=message)


def refusal_of_hold(kind: Kind, hold: Hold) -> Refused | None:
    """Say why the matcher's state forbids it."""
    refused = refusal_of_linked(hold.reconciliation_ids) if kind == "delete" else None
    if refused is None and hold.match is not None:
        held = hold.match
        refused = Refused(
            code="already_matched",
            message=f"record {held.record_id} is matched in reconciliation"
            f" {held.reconciliation_id} by match {held.match_id}: revoke its matches first",
        )
    return refused


def refusal_of_work(found: InTheWay) -> Refused | None:
    """Say what has to end first; it ends by itself."""
    if found.operation_id is not None:
        message = f"operation {found.operation_id} of this data stream is under way"
        return Refused(code="operation_in_progress", message=message)
    if found.import_batch_id is not None:
        message = f"import batch {found.import_batch_id} is being loaded; try again when it ended"
        return Refused(code="import_in_progress", message=message)
    if found.record_id is not None:
        message = f"a change of record {found.record_id} is under way; try again"
        return Refused(code="change_in_progress", message=message)
    return None


def refusal_of_size(kind: Kind, *, records: int, is_async: bool) -> Refused | None:
    """Refuse to have a caller wait for what may take long."""
    if kind == "reset" or is_async or records <= MOST_AT_ONCE:
        return None
    message = (
        f"the data stream has {records} records, more than {MOST_AT_ONCE}: delete it with"
        " `?async=true`, and follow the operation"
    )
    return Refused(code="async_required", message=message)
