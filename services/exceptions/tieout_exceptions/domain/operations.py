"""Operations: what a person asked for, until the matcher has decided it. Source: design section 6.

An operation is settled once, whoever brings the outcome first: the request itself, the resumer,
or the `match.accepted` that carries its number.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from tieout_contracts.exception_events import BreakStatus
from tieout_exceptions.domain.breaks import Break, Resolution, ResolutionType, resolved, restored

OperationState = Literal["awaiting_approval", "pending", "done", "refused"]
ResidualTreatment = Literal["write_off", "fee", "fx", "rounding", "carry"]
# Between tries at the matcher: the first, doubled each time, up to the longest.
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(seconds=60)

# What a caller is told when another match holds the entry.
ENTRY_TAKEN = "exception_invalid_state"


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """A force match, or the adjustment of an entry by `adjust_amount`.

    `former_status` is what the break goes back to when it is refused, `override_reason` what a
    person gave as the reason. `adjust_amount` is a plain signed decimal in major units.
    """

    id: int
    reconciliation_id: int
    break_id: int
    record_id: int
    account_id: int
    state: OperationState = "pending"
    former_status: BreakStatus
    notes: str
    override_reason: str
    resolution_type: ResolutionType = "FORCE_MATCH"
    adjust_amount: str | None = None
    adjust_currency: str | None = None
    effective_at: datetime | None = None
    counterpart_record_ids: tuple[int, ...] = ()
    residual_treatment: ResidualTreatment = "write_off"
    attempts: int = 0
    next_attempt_at: datetime
    created_at: datetime
    updated_at: datetime
    match_id: int | None = None
    refusal_code: str | None = None
    refusal_message: str | None = None
    answer: bytes | None = None
    reviewed_by: int | None = None
    reviewed_at: datetime | None = None
    review_notes: str | None = None


@dataclass(frozen=True, kw_only=True)
class Done:
    """The matcher made the match."""

    match_id: int


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The matcher made none; `matched_by` names the match that holds the entry, if one does."""

    code: str
    message: str
    matched_by: int | None = None


Decided = Done | Refused


@dataclass(frozen=True, kw_only=True)
class Settlement:
    operation: Operation
    changed_break: Break


def settle(
    operation: Operation, current: Break, decided: Decided, *, at: datetime
) -> Settlement | None:
    """Apply the matcher's decision; None when the operation was settled before.

    A match made wins over whatever the break has become. A refusal touches the break only while
    it waits for this very operation: RESOLVED when another match holds the entry, else back.
    """
    if operation.state != "pending":
        return None
    if isinstance(decided, Done):
        resolution = Resolution(
            match_id=decided.match_id,
            type=operation.resolution_type,
            reason=operation.override_reason,
            notes=operation.notes,
            operation_id=operation.id,
        )
        return Settlement(
            operation=replace(operation, state="done", match_id=decided.match_id, updated_at=at),
            changed_break=resolved(current, resolution, at=at),
        )
    return refuse(operation, current, decided, at=at)


def refuse(operation: Operation, current: Break, refused: Refused, *, at: datetime) -> Settlement:
    """Settle an operation that is not carried out, for whatever reason."""
    ended = replace(
        operation,
        state="refused",
        refusal_code=refused.code if refused.matched_by is None else ENTRY_TAKEN,
        refusal_message=refused.message,
        updated_at=at,
    )
    return Settlement(
        operation=ended, changed_break=_after_refusal(operation, current, refused, at)
    )


def _after_refusal(operation: Operation, current: Break, refused: Refused, at: datetime) -> Break:
    if current.status != "PENDING_RESOLUTION" or current.operation_id != operation.id:
        return current
    if refused.matched_by is not None:
        return resolved(current, Resolution(match_id=refused.matched_by), at=at)
    return restored(current, operation.former_status, at=at)
