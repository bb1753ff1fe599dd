"""Four eyes: what is above the organisation's limit waits for another actor.

Source: semantics section 8.
"""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from tieout_exceptions.domain.breaks import Break
from tieout_exceptions.domain.operations import Operation, Refused, Settlement, refuse

REFUSED = "approval_refused"


def needs_approval(current: Break, limit: Decimal | None) -> bool:
    """Whether what is open of the break's entry is above the limit (major units; None: none)."""
    if limit is None:
        return False
    return Fraction(current.amount_minor, 10**current.exponent) > Fraction(limit)


def waits_for_approval(current: Break, operation: Operation) -> bool:
    """Whether the break still waits for this operation, and the operation for an approval."""
    return (
        operation.state == "awaiting_approval"
        and current.status == "PENDING_RESOLUTION"
        and current.operation_id == operation.id
    )


def disapproved(
    operation: Operation, current: Break, *, message: str, at: datetime, code: str = REFUSED
) -> Settlement:
    """Refuse an operation that was never sent to the matcher; its break goes back."""
    return refuse(operation, current, Refused(code=code, message=message), at=at)
