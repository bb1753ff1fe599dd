"""The cases that outcomes touch, as loaded under their reconciliation's lock, and what changed.

Outcomes change a picture; the store then writes what changed in the same transaction.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from tieout_exceptions.domain.cases.book import Book
from tieout_exceptions.domain.cases.case_event import SYSTEM, CaseEvent
from tieout_exceptions.domain.cases.values import Bundle, Case, CaseMatch, Evidence, PaymentIntent


@dataclass(frozen=True, kw_only=True)
class CaseChange:
    """`old` is None of a case that was opened."""

    old: Case | None
    new: Case
    at: datetime


MatchKey = tuple[int, int]
_Index = dict[Any, set[int]]


@dataclass(kw_only=True)
class CasePicture:
    """Intents, cases and evidence by record id, matches by (intent's record id, match id).

    It holds every case, evidence and match that shares a record, a reference or a match with what
    the outcomes name. `next_case_id` hands out numbers of the sequence. `before` are the cases
    that the present outcome changed as they were.
    """

    book: Book
    intents: dict[int, PaymentIntent] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    evidence: dict[int, Evidence] = field(default_factory=dict)
    matches: dict[MatchKey, CaseMatch] = field(default_factory=dict)
    next_case_id: Callable[[], int] = field(default_factory=lambda: count(1).__next__)
    intents_changed: set[int] = field(default_factory=set)
    cases_changed: set[int] = field(default_factory=set)
    evidence_changed: set[int] = field(default_factory=set)
    evidence_removed: set[int] = field(default_factory=set)
    matches_changed: set[MatchKey] = field(default_factory=set)
    matches_removed: set[MatchKey] = field(default_factory=set)
    events: list[CaseEvent] = field(default_factory=list)
    before: dict[int, Case | None] = field(default_factory=dict)
    changes: list[CaseChange] = field(default_factory=list)
    cases_by_reference: _Index = field(default_factory=lambda: defaultdict(set))
    evidence_by_reference: _Index = field(default_factory=lambda: defaultdict(set))
    matches_by_intent: _Index = field(default_factory=lambda: defaultdict(set))
    intents_by_evidence: _Index = field(default_factory=lambda: defaultdict(set))

    def hold_case(self, case: Case) -> None:
        """Take a case in as it is."""
        known = self.cases.get(case.record_id)
        if known is not None:
            self.cases_by_reference[known.external_reference].discard(case.record_id)
        self.cases[case.record_id] = case
        self.cases_by_reference[case.external_reference].add(case.record_id)

    def hold_evidence(self, evidence: Evidence) -> None:
        """Take a piece of evidence in as it is."""
        known = self.evidence.get(evidence.record_id)
        if known is not None:
            self.evidence_by_reference[known.reference].discard(evidence.record_id)
        self.evidence[evidence.record_id] = evidence
        self.evidence_by_reference[evidence.reference].add(evidence.record_id)

    def hold_match(self, match: CaseMatch) -> None:
        """Take a match in as it is."""
        self.matches[match.record_id, match.match_id] = match
        self.matches_by_intent[match.record_id].add(match.match_id)
        for record_id in match.evidence:
            self.intents_by_evidence[record_id].add(match.record_id)

    def put_intent(self, intent: PaymentIntent) -> None:
        self.intents[intent.record_id] = intent
        self.intents_changed.add(intent.record_id)

    def put_case(self, case: Case) -> None:
        self.before.setdefault(case.record_id, self.cases.get(case.record_id))
        self.hold_case(case)
        self.cases_changed.add(case.record_id)

    def note_changes(self, *, at: datetime) -> None:
        """End an outcome: note what others see of the cases that it changed."""
        for record_id, old in sorted(self.before.items()):
            new = self.cases[record_id]
            if old is None or _told(old) != _told(new):
                self.changes.append(CaseChange(old=old, new=new, at=at))
        self.before.clear()

    def put_evidence(self, evidence: Evidence) -> None:
        self.hold_evidence(evidence)
        self.evidence_changed.add(evidence.record_id)
        self.evidence_removed.discard(evidence.record_id)

    def take_evidence(self, record_id: int) -> None:
        known = self.evidence.pop(record_id, None)
        if known is not None:
            self.evidence_by_reference[known.reference].discard(record_id)
            self.evidence_changed.discard(record_id)
            self.evidence_removed.add(record_id)

    def put_match(self, match: CaseMatch) -> None:
        self.hold_match(match)
        key = (match.record_id, match.match_id)
        self.matches_changed.add(key)
        self.matches_removed.discard(key)

    def take_match(self, match_id: int) -> set[int]:
        """Forget a match; returns the intents that it held."""
        keys = {key for key in self.matches if key[1] == match_id}
        for key in keys:
            self.matches_by_intent[key[0]].discard(match_id)
            for record_id in self.matches.pop(key).evidence:
                self.intents_by_evidence[record_id].discard(key[0])
        self.matches_changed -= keys
        self.matches_removed |= keys
        return {record_id for record_id, _ in keys}

    def tell(
        self,
        record_id: int,
        event_type: str,
        message: str,
        *,
        at: datetime,
        raw_record_id: int | None = None,
        **payload: Any,
    ) -> None:
        """Note what happened to the case of an intent."""
        self.events.append(
            CaseEvent(
                case_id=self.cases[record_id].id,
                intent_id=record_id,
                event_type=event_type,
                actor=SYSTEM,
                message=message,
                occurred_at=at,
                raw_record_id=raw_record_id,
                payload=payload or None,
            )
        )

    def bundle(self, record_id: int) -> Bundle:
        """Gather a case as it is now."""
        case = self.cases[record_id]
        matches = [
            self.matches[record_id, match_id]
            for match_id in sorted(self.matches_by_intent.get(record_id, ()))
        ]
        numbers = {member for match in matches for member in match.evidence}
        numbers |= self.evidence_by_reference.get(case.external_reference, set())
        return Bundle(
            case=case,
            intent=self.intents[record_id],
            evidence=tuple(
                self.evidence[number] for number in sorted(numbers) if number in self.evidence
            ),
            matches=tuple(matches),
        )

    def cases_of_evidence(self, record_id: int) -> list[int]:
        """Name the intents whose cases a piece of evidence is part of, in order."""
        found = set(self.intents_by_evidence.get(record_id, ()))
        known = self.evidence.get(record_id)
        if known is not None and known.reference is not None:
            found |= self.cases_by_reference.get(known.reference, set())
        return sorted(found)


def _told(case: Case) -> tuple[str, str]:
    return (case.status, case.reconciliation_status)
