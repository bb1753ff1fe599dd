"""A matcher's log as exceptions sees it: valid outcomes of one reconciliation, numbered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from aiokafka import ConsumerRecord

from tieout_contracts.outcomes import (
    Doubt,
    EntryChanged,
    EntryOverdue,
    EntryUnmatched,
    EntryView,
    EntryWithdrawn,
    MatchAccepted,
    MatchKind,
    MatchRejected,
    MatchRevoked,
    MatchSuggested,
    MismatchEnded,
    MismatchFound,
    Outcome,
    ReasonCode,
    ReasonFound,
)
from tieout_exceptions.domain.outcomes import Applicable, read_outcome

ORGANIZATION = 7
RECONCILIATION = 5
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def fields_json(**changes: Any) -> msgspec.Raw:
    fields = {
        "amount_minor": "125000",
        "exponent": 2,
        "currency": "EUR",
        "direction": "credit",
        "date": "2026-02-20",
        "description": "Invoice 4711",
        "counterparty": "Acme GmbH",
        "reference": "INV-4711",
    }
    return msgspec.Raw(msgspec.json.encode(fields | changes))


def amount_of(view: EntryView) -> int:
    """Return the unsigned amount of a record, whatever matches take of it."""
    return int(json.loads(bytes(view.fields))["amount_minor"])


def a_view(record_id: int = 1, *, overdue_seq: int | None = None, **changes: Any) -> EntryView:
    """Streams: 11 on side A for odd record ids, 12 on side B for even ones."""
    odd = record_id % 2 == 1
    return EntryView(
        record_id=record_id,
        version=1,
        stream_id=11 if odd else 12,
        side="A" if odd else "B",
        overdue_at=changes.pop("overdue_at", START),
        overdue_seq=overdue_seq,
        fields=fields_json(**changes),
    )


@dataclass(kw_only=True)
class OutcomeLog:
    """Tells what a matcher would: only what is open becomes overdue, suggested or matched.

    `views` are the records that are there, as they arrived or changed last; `taken` what each
    match takes of each record, in minor units; `suggested` the members of each suggestion;
    `closed` what a person took out.
    """

    organization_id: int = ORGANIZATION
    reconciliation_id: int = RECONCILIATION
    outcomes: list[Outcome] = field(default_factory=list)
    views: dict[int, EntryView] = field(default_factory=dict)
    taken: dict[int, dict[int, int]] = field(default_factory=dict)
    suggested: dict[int, list[int]] = field(default_factory=dict)
    closed: dict[int, EntryView] = field(default_factory=dict)

    @property
    def named(self) -> dict[str, Any]:
        seq = len(self.outcomes) + 1
        return {
            "organization_id": self.organization_id,
            "reconciliation_id": self.reconciliation_id,
            "seq": seq,
            "at": START + timedelta(minutes=seq),
        }

    @property
    def matches(self) -> list[int]:
        return list(self.taken)

    @property
    def open(self) -> dict[int, EntryView]:
        """What is open, as outcomes show it: of an entry in part with what is left of it."""
        shown = {record_id: self.view(record_id) for record_id in self.views}
        return {key: view for key, view in shown.items() if self.left(key)}

    def left(self, record_id: int) -> int:
        in_matches = (of_records.get(record_id, 0) for of_records in self.taken.values())
        return amount_of(self.views[record_id]) - sum(in_matches)

    def view(self, record_id: int) -> EntryView:
        view, left = self.views[record_id], self.left(record_id)
        partial = 0 < left < amount_of(view)
        return msgspec.structs.replace(view, left_minor=str(left) if partial else None)

    def reserving(self, record_id: int) -> int | None:
        """Return the suggestion that reserves a record, if one does."""
        found = [one for one, members in self.suggested.items() if record_id in members]
        return found[0] if found else None

    def arrive(self, record_id: int, **changes: Any) -> None:
        view = self.views[record_id] = a_view(record_id, **changes)
        self.outcomes.append(EntryUnmatched(**self.named, entry=view))

    def overdue(
        self, record_id: int, code: ReasonCode = "UNMATCHED_OVERDUE", reason: str | None = None
    ) -> None:
        seq = len(self.outcomes) + 1
        late = msgspec.structs.replace(self.views[record_id], overdue_seq=seq)
        self.views[record_id] = late
        told = {"reason_code": code, "reason": reason}
        self.outcomes.append(EntryOverdue(**self.named, **told, entry=self.view(record_id)))

    def match(
        self,
        *record_ids: int,
        kind: MatchKind = "exact",
        operation_id: int | None = None,
        suggested: int | None = None,
        left: Mapping[int, int] | None = None,
    ) -> int:
        """Match what is open of each, but for what is `left`; what reserves them is rejected."""
        for reserving in {self.reserving(one) for one in record_ids} - {None, suggested}:
            self.reject(reserving or 0)
        self.suggested.pop(suggested or 0, None)
        match_id = suggested or self._next_match_id()
        rest = left or {}
        takes = {one: self.left(one) - rest.get(one, 0) for one in record_ids}
        self.taken[match_id] = takes
        self.outcomes.append(
            MatchAccepted(
                **self.named,
                match_id=match_id,
                kind=kind,
                operation_id=operation_id,
                members=[
                    msgspec.structs.replace(
                        self.view(one),
                        allocated_minor=None if take == amount_of(self.views[one]) else str(take),
                    )
                    for one, take in takes.items()
                ],
            )
        )
        return match_id

    def revoke(self, match_id: int) -> None:
        members = self.taken.pop(match_id)
        views = [self.view(one) for one in members]
        self.outcomes.append(MatchRevoked(**self.named, match_id=match_id, members=views))

    def suggest(self, *record_ids: int, doubt: Doubt = "ambiguous", others: int = 1) -> int:
        match_id = self._next_match_id()
        self.suggested[match_id] = list(record_ids)
        self.outcomes.append(
            MatchSuggested(
                **self.named,
                match_id=match_id,
                kind="tolerance",
                score=80,
                doubt=doubt,
                others=[90 + one for one in range(others)],
                members=[self.view(one) for one in record_ids],
            )
        )
        return match_id

    def accept(self, match_id: int) -> int:
        return self.match(*self.suggested[match_id], kind="tolerance", suggested=match_id)

    def reject(self, match_id: int) -> None:
        views = [self.view(one) for one in self.suggested.pop(match_id)]
        self.outcomes.append(MatchRejected(**self.named, match_id=match_id, members=views))

    def mismatch(
        self, record_id: int, other: int, code: ReasonCode = "AMOUNT_MISMATCH", rule_id: int = 3
    ) -> None:
        self.outcomes.append(
            MismatchFound(
                **self.named,
                rule_id=rule_id,
                rule_version=1,
                reason_code=code,
                reason=f"Record {other} has the same reference, but 0.50 EUR more.",
                entry=self.view(record_id),
                other=self.view(other),
            )
        )

    def end_mismatch(self, record_id: int, other: int) -> None:
        self.outcomes.append(
            MismatchEnded(**self.named, other_record_id=other, entry=self.view(record_id))
        )

    def find(self, record_id: int, code: ReasonCode, reason: str) -> None:
        told = {"reason_code": code, "reason": reason}
        self.outcomes.append(ReasonFound(**self.named, **told, entry=self.view(record_id)))

    def change(self, record_id: int, *, due_later: bool = False, **changes: Any) -> None:
        """Replace a record that is in no match by its next version, which may be due later."""
        if reserving := self.reserving(record_id):
            self.reject(reserving)
        old = self.views[record_id]
        self.views[record_id] = msgspec.structs.replace(
            old,
            version=old.version + 1,
            overdue_seq=None if due_later else old.overdue_seq,
            fields=fields_json(**changes),
        )
        self.outcomes.append(EntryChanged(**self.named, entry=self.views[record_id]))

    def note(self, record_id: int, match_id: int) -> None:
        """Replace a record by a version with its money, which its match goes on holding."""
        old = self.views[record_id]
        self.views[record_id] = msgspec.structs.replace(old, version=old.version + 1)
        self.outcomes.append(
            EntryChanged(**self.named, match_id=match_id, entry=self.views[record_id])
        )

    def withdraw(self, record_id: int) -> None:
        """Take out a record that is in no match."""
        if reserving := self.reserving(record_id):
            self.reject(reserving)
        view = self.views.pop(record_id)
        self.outcomes.append(EntryWithdrawn(**self.named, reason="deleted", entry=view))

    def _next_match_id(self) -> int:
        return 1000 * self.reconciliation_id + len(self.outcomes) + 1

    def read(self) -> list[Applicable]:
        """Read every outcome as the handler would; those without effect are left out."""
        found = (
            read_outcome(
                str(one.__struct_config__.tag).encode(),
                msgspec.json.encode(one),
                organization_id=one.organization_id,
                reconciliation_id=one.reconciliation_id,
                seq=one.seq,
            )
            for one in self.outcomes
        )
        return [one for one in found if one is not None]

    def deliveries(self) -> list[ConsumerRecord]:
        return [a_delivery(one) for one in self.outcomes]


def a_delivery(outcome: Outcome, *, offset: int | None = None, **changes: Any) -> ConsumerRecord:
    """Wrap an outcome as the relay publishes it; `changes` replace headers or the value."""
    value = changes.pop("value", msgspec.json.encode(outcome))
    headers = {
        "ce_id": f"{outcome.reconciliation_id}:{outcome.seq}".encode(),
        "ce_type": str(outcome.__struct_config__.tag).encode(),
        "ce_subject": b"entry/1",
        "ce_specversion": b"1.0",
        "ce_source": b"tieout/matcher",
        "ce_time": outcome.at.isoformat().encode(),
        "organization": str(outcome.organization_id).encode(),
        "content-type": b"application/json",
    }
    return ConsumerRecord(
        topic="tieout.matches.v1",
        partition=0,
        offset=outcome.seq if offset is None else offset,
        timestamp=0,
        timestamp_type=0,
        key=str(outcome.reconciliation_id).encode(),
        value=value,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=tuple((headers | changes).items()),
    )
