"""What people do to cases: resolve, archive, note. Each is told in the case's audit events."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from tieout_exceptions.domain.answers import json_bytes
from tieout_exceptions.domain.cases.book import Book
from tieout_exceptions.domain.cases.case_event import CaseEvent
from tieout_exceptions.domain.cases.judgement import CaseScale
from tieout_exceptions.domain.cases.picture import CasePicture
from tieout_exceptions.domain.cases.telling import tell_cases
from tieout_exceptions.domain.cases.values import Case
from tieout_exceptions.store import case_pictures, case_reads, pictures, projections
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer, Claim
from tieout_runtime.internal import check_version
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, not_found

Work = Literal["resolve", "archive", "note"]
Begin = Callable[[], AbstractAsyncContextManager[Connection]]
_ENDED = {"resolve": "resolved", "archive": "archived"}


@dataclass(frozen=True, kw_only=True)
class CaseOrder:
    """`notes` replace those of the case; None leaves them."""

    case_id: int
    work: Work
    notes: str | None
    expected_version: int | None


@dataclass(frozen=True, kw_only=True)
class CaseCommands:
    """Each command is one transaction, under the lock of the book's reconciliation."""

    clock: Callable[[], datetime]
    scale: CaseScale

    async def carry_out(self, begin: Begin, claim: Claim, book: Book, order: CaseOrder) -> Answer:
        """Change a case; raises Problem 404, 409 `case_archived` or 412."""
        now = self.clock()

        async def execute() -> Answer:
            picture = await projections.lock_one(
                connection,
                organization_id=book.organization_id,
                reconciliation_id=book.reconciliation_id,
            )
            case = await case_reads.one_case(connection, book, order.case_id)
            if case is None:
                raise not_found("case")
            check_version(order.expected_version, case.version, "case")
            changed = _changed(case, order, at=now)
            before = await case_reads.find_case(
                connection, book, order.case_id, scale=self.scale, now=now
            )
            if changed != case:
                cases = CasePicture(book=book)
                cases.hold_case(case)
                cases.put_case(changed)
                cases.note_changes(at=now)
                cases.events.append(_event(case, order, f"account:{claim.account_id}", at=now))
                await case_pictures.write(connection, cases)
                tell_cases(picture, cases.changes, by="person")
                await pictures.publish(connection, picture, at=now)
                await projections.advance(connection, [picture])
            shown = await case_reads.find_case(
                connection, book, order.case_id, scale=self.scale, now=now
            )
            return Answer(status=200, body=json_bytes(shown), before=json_bytes(before))

        async with begin() as connection:
            return await idempotency.once(connection, claim, at=now, execute=execute)


def _changed(case: Case, order: CaseOrder, *, at: datetime) -> Case:
    """Return the case as the order leaves it: the same one when nothing changes."""
    if order.work == "resolve" and case.status == "archived":
        raise Problem(409, "case_archived", "an archived case is not resolved any more")
    changed = replace(
        case,
        status=_ENDED.get(order.work, case.status),  # type: ignore[arg-type]  # they are statuses
        notes=case.notes if order.notes is None else order.notes,
    )
    if changed == case:
        return case
    return replace(changed, updated_at=at, version=case.version + 1)


def _event(case: Case, order: CaseOrder, actor: str, *, at: datetime) -> CaseEvent:
    event_type = "case.noted" if order.work == "note" else f"case.{_ENDED[order.work]}"
    return CaseEvent(
        case_id=case.id,
        intent_id=case.record_id,
        event_type=event_type,
        actor=actor,
        message=order.notes or f"A person {_ENDED.get(order.work, 'noted')} the case",
        occurred_at=at,
        payload={"statusBefore": case.status, "notesBefore": case.notes},
    )
