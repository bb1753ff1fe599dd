"""A log in memory, for tests of what listeners hear."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tieout_gateway.domain.event_marks import Offsets, Place

PLACES: list[Place] = [("exceptions.v1", 0), ("matches.v1", 0)]


@dataclass(frozen=True)
class Record:
    """What is read of aiokafka's."""

    offset: int
    headers: list[tuple[str, bytes]]
    value: bytes


@dataclass
class MemoryLog:
    """Stands in for the broker's two topics; `read_records` at most at once."""

    records: dict[Place, list[Record]] = field(default_factory=lambda: {one: [] for one in PLACES})
    removed: dict[Place, int] = field(default_factory=lambda: dict.fromkeys(PLACES, 0))
    read_records: int = 50
    is_held: bool = False  # nothing comes while it is

    def add(self, organization_id: int, ce_type: str, **members: Any) -> None:
        """Append a message; `members` are its JSON beside what all have."""
        place = PLACES[1]
        told = {
            "type": ce_type,
            "organization_id": organization_id,
            "reconciliation_id": 20 + organization_id,
            "seq": len(self.records[place]) + 1,
            "at": "2026-11-06T10:15:00Z",
        }
        headers = [("ce_type", ce_type.encode()), ("organization", str(organization_id).encode())]
        value = msgspec.json.encode(told | members)
        self.records[place].append(Record(len(self.records[place]), headers, value))

    def add_match(self, organization_id: int, records: int = 2) -> None:
        members = [_member(number) for number in range(records)]
        self.add(organization_id, "match.accepted", match_id=1, kind="exact", members=members)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["MemoryReading"]:
        yield MemoryReading(self)


@dataclass
class MemoryReading:
    log: MemoryLog
    at: dict[Place, int] = field(default_factory=dict)
    read_from: Collection[Place] = tuple(PLACES)

    async def begins(self) -> Offsets:
        return dict(self.log.removed)

    async def ends(self) -> Offsets:
        return {place: len(records) for place, records in self.log.records.items()}

    def go_to(self, offsets: Offsets) -> None:
        self.at = dict(offsets)

    def only(self, places: Collection[Place]) -> None:
        self.read_from = places

    async def read(self) -> list[tuple[Place, Any]]:
        await asyncio.sleep(0.001)
        if self.log.is_held:
            return []
        found = [
            (place, record)
            for place in self.read_from
            for record in self.log.records[place][self.at[place] :][: self.log.read_records]
        ]
        for place, record in found:
            self.at[place] = record.offset + 1
        return found


def _member(number: int) -> dict[str, Any]:
    fields = {"amount_minor": "100", "exponent": 2, "currency": "EUR", "direction": "credit"}
    return {
        "record_id": 100 + number,
        "version": 1,
        "stream_id": 11,
        "side": "A",
        "overdue_at": "2026-11-05T00:00:00Z",
        "fields": fields | {"date": "2026-11-02"},
    }
