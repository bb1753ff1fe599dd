"""Entries as outcomes tell of them, taken over: new ones make a case or are noted in theirs."""

from dataclasses import replace
from datetime import datetime

from tieout_contracts.outcomes import (
    EntryView,
)
from tieout_contracts.record import Fields
from tieout_exceptions.domain.cases.picture import CasePicture
from tieout_exceptions.domain.cases.records import reference_of, text_of
from tieout_exceptions.domain.cases.values import Case, Evidence, PaymentIntent
from tieout_exceptions.domain.cases.views import read_fields


def meet(picture: CasePicture, view: EntryView, *, at: datetime) -> set[int]:
    """Take over an entry as it is told; new ones make a case, or are noted in theirs."""
    fields = read_fields(view)
    if view.side == "B":
        meet_intent(picture, view, fields, at=at)
        return {view.record_id}
    known = picture.evidence.get(view.record_id)
    if known is None or known.version < view.version:
        picture.put_evidence(
            Evidence(
                record_id=view.record_id,
                version=view.version,
                kind=picture.book.kind_of(view.stream_id),
                reference=reference_of(fields),
                fields=fields,
                received_at=known.received_at if known else at,
            )
        )
        event_type, message = (
            ("evidence.received", "Evidence was received")
            if known is None
            else ("evidence.changed", "The source told of the evidence anew")
        )
        for record_id in picture.cases_of_evidence(view.record_id):
            picture.tell(record_id, event_type, message, at=at, raw_record_id=view.record_id)
    return set(picture.cases_of_evidence(view.record_id))


def meet_intent(picture: CasePicture, view: EntryView, fields: Fields, *, at: datetime) -> None:
    known = picture.intents.get(view.record_id)
    reference = reference_of(fields) or str(view.record_id)
    if known is None or known.version < view.version:
        picture.put_intent(
            PaymentIntent(
                record_id=view.record_id,
                version=view.version,
                external_reference=reference,
                fields=fields,
                created_at=known.created_at if known else _created_at(fields) or at,
                updated_at=at,
            )
        )
    case = picture.cases.get(view.record_id)
    if case is None:
        picture.put_case(_new_case(picture.next_case_id(), view.record_id, reference, at=at))
        picture.tell(view.record_id, "case.opened", "The payment is expected", at=at)
    elif known is not None and known.version < view.version:
        status = "open" if case.withdrawn else case.status
        picture.put_case(
            replace(case, external_reference=reference, withdrawn=False, status=status)
        )
        picture.tell(view.record_id, "intent.changed", "The payment intent changed", at=at)


def _new_case(number: int, record_id: int, reference: str, *, at: datetime) -> Case:
    return Case(
        id=number,
        record_id=record_id,
        external_reference=reference,
        status="open",
        reconciliation_status="unreconciled",
        withdrawn=False,
        notes=None,
        reconciled_at=None,
        last_run_at=at,
        created_at=at,
        updated_at=at,
        version=1,
    )


def _created_at(fields: Fields) -> datetime | None:
    """Read when the intent was announced; None of one that came as a plain record."""
    stated = text_of(fields, "created_at")
    try:
        told = datetime.fromisoformat(stated) if stated else None
    except ValueError:
        return None
    return told if told is not None and told.tzinfo is not None else None
