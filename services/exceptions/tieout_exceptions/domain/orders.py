"""What a person asks of a break, and the operation that it becomes. Source: semantics section 8."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tieout_exceptions.domain.approvals import needs_approval
from tieout_exceptions.domain.breaks import Break, ResolutionType
from tieout_exceptions.domain.operations import Operation, ResidualTreatment


@dataclass(frozen=True, kw_only=True)
class Adjusting:
    """A plain signed decimal in major units of `currency`, to be added to what the entry says."""

    amount: str
    currency: str
    effective_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Order:
    """Resolve a break: by force, or by adjusting its entry.

    `counterpart_record_ids` None names none: then an adjustment is against the record that the
    entry was found to differ from, if any. `expected_version` is what If-Match named, if it did.
    """

    break_id: int
    notes: str
    override_reason: str
    counterpart_record_ids: tuple[int, ...] | None = None
    residual_treatment: ResidualTreatment = "write_off"
    adjusting: Adjusting | None = None
    expected_version: int | None = None

    @property
    def resolution_type(self) -> ResolutionType:
        return "FORCE_MATCH" if self.adjusting is None else "ADJUST_ENTRY"

    @property
    def to_be(self) -> str:
        return "force-matched" if self.adjusting is None else "adjusted"

    def counterparts_of(self, current: Break) -> tuple[int, ...]:
        """Name the records to match the break's entry with."""
        if self.counterpart_record_ids is not None:
            return self.counterpart_record_ids
        if self.adjusting is None or current.mismatch_with is None:
            return ()
        return (current.mismatch_with,)


def new_operation(
    order: Order,
    current: Break,
    *,
    operation_id: int,
    account_id: int,
    at: datetime,
    next_attempt_at: datetime,
    limit: Decimal | None,
) -> Operation:
    """Make the operation that carries an order out, at once or when another actor approves.

    `limit` is what one actor may resolve alone, in major units; None is no limit.
    """
    adjusting = order.adjusting
    return Operation(
        id=operation_id,
        reconciliation_id=current.reconciliation_id,
        break_id=current.id,
        record_id=current.record_id,
        account_id=account_id,
        state="awaiting_approval" if needs_approval(current, limit) else "pending",
        former_status=current.status,
        notes=order.notes,
        override_reason=order.override_reason,
        resolution_type=order.resolution_type,
        adjust_amount=adjusting.amount if adjusting else None,
        adjust_currency=adjusting.currency if adjusting else None,
        effective_at=adjusting.effective_at if adjusting else None,
        counterpart_record_ids=order.counterparts_of(current),
        residual_treatment=order.residual_treatment,
        next_attempt_at=next_attempt_at,
        created_at=at,
        updated_at=at,
    )
