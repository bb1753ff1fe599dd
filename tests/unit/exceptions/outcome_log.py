"""A matcher's log as exceptions sees it: valid outcomes of one reconciliation, numbered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec
from aiokafka import ConsumerRecord
from hypothesis import strategies as st

from tieout_contracts.outcomes import (
    EntryOverdue,
    EntryUnmatched,
    EntryView,
    MatchAccepted,
    MatchRevoked,
    Outcome,
)
from tieout_exceptions.domain.outcomes import Applicable, read_outcome

ORGANIZATION = 7
RECONCILIATION = 5
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
Step = tuple[Literal["arrive", "overdue", "match", "revoke"], int, int]


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
    """Tells what a matcher would: only open entries become overdue or matched."""

    organization_id: int = ORGANIZATION
    reconciliation_id: int = RECONCILIATION
    outcomes: list[Outcome] = field(default_factory=list)
    open: dict[int, EntryView] = field(default_factory=dict)
    matches: dict[int, list[EntryView]] = field(default_factory=dict)

    @property
    def _named(self) -> dict[str, Any]:
        seq = len(self.outcomes) + 1
        return {
            "organization_id": self.organization_id,
            "reconciliation_id": self.reconciliation_id,
            "seq": seq,
            "at": START + timedelta(minutes=seq),
        }

    def arrive(self, record_id: int, **changes: Any) -> None:
        view = self.open[record_id] = a_view(record_id, **changes)
        self.outcomes.append(EntryUnmatched(**self._named, entry=view))

    def overdue(self, record_id: int) -> None:
        seq = len(self.outcomes) + 1
        view = msgspec.structs.replace(self.open[record_id], overdue_seq=seq)
        self.open[record_id] = view
        self.outcomes.append(EntryOverdue(**self._named, entry=view))

    def match(
        self,
        *record_ids: int,
        kind: Literal["exact", "force"] = "exact",
        operation_id: int | None = None,
    ) -> int:
        members = [self.open.pop(record_id) for record_id in record_ids]
        match_id = 1000 * self.reconciliation_id + len(self.outcomes) + 1
        self.matches[match_id] = members
        self.outcomes.append(
            MatchAccepted(
                **self._named,
                match_id=match_id,
                kind=kind,
                operation_id=operation_id,
                members=members,
            )
        )
        return match_id

    def revoke(self, match_id: int) -> None:
        members = self.matches.pop(match_id)
        self.open |= {view.record_id: view for view in members}
        self.outcomes.append(MatchRevoked(**self._named, match_id=match_id, members=members))

    def follow(self, steps: Sequence[Step]) -> "OutcomeLog":
        """Do what each step can do in this state; one that can do nothing lets a record arrive."""
        for what, first, second in steps:
            fresh = [view.record_id for view in self.open.values() if view.overdue_seq is None]
            if what == "overdue" and fresh:
                self.overdue(fresh[first % len(fresh)])
            elif what == "match" and len(self.open) > 1:
                ids = list(self.open)
                one = ids.pop(first % len(ids))
                self.match(one, ids[second % len(ids)])
            elif what == "revoke" and self.matches:
                self.revoke(list(self.matches)[first % len(self.matches)])
            else:
                record_id = sum(isinstance(one, EntryUnmatched) for one in self.outcomes) + 1
                self.arrive(record_id, amount_minor=str(100 + first * 977), direction="debit")
        return self

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


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["arrive", "overdue", "overdue", "match", "revoke"]),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    min_size=6,
    max_size=40,
)
