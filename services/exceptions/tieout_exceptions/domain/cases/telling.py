"""What downstream is told of cases, numbered among the reconciliation's own events."""

from collections.abc import Iterable
from typing import Literal

from tieout_contracts.exception_events import CaseChanged
from tieout_exceptions.domain.cases.picture import CaseChange
from tieout_exceptions.domain.picture import Picture


def tell_cases(
    picture: Picture, changes: Iterable[CaseChange], *, by: Literal["system", "person"]
) -> None:
    """Add an event for each change of a case."""
    for one in changes:
        picture.exceptions_seq += 1
        picture.events.append(
            CaseChanged(
                organization_id=picture.organization_id,
                reconciliation_id=picture.reconciliation_id,
                seq=picture.exceptions_seq,
                at=one.at,
                case_id=one.new.id,
                record_id=one.new.record_id,
                external_reference=one.new.external_reference,
                old_status=one.old.status if one.old else None,
                new_status=one.new.status,
                reconciliation_status=one.new.reconciliation_status,
                by=by,
            )
        )
