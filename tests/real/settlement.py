"""The 112 settlement days in one organisation's streams, loaded through the API."""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fixtures.public_api import PublicApi, until

Json = dict[str, Any]
RULE_FIELDS = ("amount", "direction", "date", "metadata.counterparty_bic")
AT_ONCE = 4
# Seconds: the days are of 2024, and still nothing is overdue while tests run.
PATIENCE = 86_400
PROFILES = {"052": {"camt": {"records_from": "proprietary_balances"}}, "054": None}


@dataclass(frozen=True, kw_only=True)
class SettlementFile:
    """`kind` 052 is a report (side A), 054 a notification (side B)."""

    kind: str
    day: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Known:
    """A stored record: `identity` is its place in its file, the same in whichever stream."""

    identity: str
    kind: str
    day: str
    record: Json


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """Everything loaded. `ids`: streams by key; the keys are `real-` or `planted-` and the kind.

    `reconciliations`: by when their rule was made; `decided_then`: how many records the one with
    the rule made during the import had decided by then.
    """

    api: PublicApi
    ids: Mapping[str, int]
    reconciliations: Mapping[str, int]
    decided_then: int
    known: Mapping[int, Known]

    async def pairs(self, reconciliation_id: int) -> list[tuple[str, str]]:
        """Read the identities of all accepted matches."""
        return [
            (self.known[a].identity, self.known[b].identity)
            for a, b in await matched_pairs(self.api, reconciliation_id)
        ]


async def make_streams(api: PublicApi) -> dict[str, int]:
    """Make two streams a side, patient: else each reconciliation had breaks of all that is open."""
    return {
        f"{name}-{kind}": await api.stream(
            f"{name}-{kind}", expected_days=0, arrival_grace_seconds=PATIENCE, profile=profile
        )
        for name in ("real", "planted")
        for kind, profile in PROFILES.items()
    }


async def make_reconciliation(api: PublicApi, name: str, ids: Mapping[str, int]) -> int:
    """Make a reconciliation of these streams: reports against notifications."""
    side_a, side_b = _sides(ids)
    return await api.reconciliation(name, side_a=side_a, side_b=side_b)


async def reconcile_late(api: PublicApi, name: str, ids: Mapping[str, int], records: int) -> int:
    """Make a reconciliation with its rule, which gets these streams' records when all are late."""
    number = await make_reconciliation(api, name, {})
    await api.rule(number, *RULE_FIELDS)
    await _have_patience(api, ids, 0)
    side_a, side_b = _sides(ids)
    streams = {"side_a_stream_ids": side_a, "side_b_stream_ids": side_b}
    await api.patch(f"/v1/reconciliations/{number}", streams)
    await api.decided(number, records)
    await _have_patience(api, ids, PATIENCE)
    return number


async def _have_patience(api: PublicApi, ids: Mapping[str, int], seconds: int) -> None:
    for key in ids:
        await api.patch(f"/v1/data_streams/{key}", {"arrival_grace_seconds": seconds})


def _sides(ids: Mapping[str, int]) -> list[list[int]]:
    return [[ids[key] for key in ids if key.endswith(kind)] for kind in PROFILES]


async def load(api: PublicApi, files: Sequence[SettlementFile]) -> int:
    """Upload files and wait for their batches; how many records were accepted."""
    accepted = 0
    for start in range(0, len(files), AT_ONCE):
        some = files[start : start + AT_ONCE]
        accepted += sum(await asyncio.gather(*(_load_one(api, file) for file in some)))
    return accepted


async def _load_one(api: PublicApi, file: SettlementFile) -> int:
    begun = await api.upload(f"real-{file.kind}", f"{file.day}.xml", file.content)
    batch = await api.imported(begun.id)
    assert (batch.status, batch.rejected, batch.skipped) == ("completed", 0, 0)
    return batch.accepted


async def plant(api: PublicApi, records: Sequence[Json]) -> int:
    """Add records in bulk and wait until they are in; how many there are."""
    begun = await api.post("/v1/records/bulk", {"records": records})
    done = await until(lambda: api.get(begun["url"]), lambda seen: seen["status"] == "completed")
    assert done["successful_items"] == len(records)
    return len(records)


async def known_records(api: PublicApi) -> dict[int, Known]:
    """Read the records back; by their number."""
    found = await real_records(api)
    for kind in PROFILES:
        for record in await api.all_of("/v1/records", data_stream_key=f"planted-{kind}"):
            planted = Known(identity=record["external_id"], kind=kind, day="", record=record)
            found[record["id"]] = planted
    return found


async def real_records(api: PublicApi) -> dict[int, Known]:
    """Read back what the files brought; by their number."""
    found: dict[int, Known] = {}
    for kind in PROFILES:
        batches = await api.all_of(f"/v1/data_streams/real-{kind}/import_batches")
        days = {one["id"]: one["filename"].removesuffix(".xml") for one in batches}
        counted: defaultdict[str, int] = defaultdict(int)
        records = await api.all_of("/v1/records", data_stream_key=f"real-{kind}", limit=200)
        for record in sorted(records, key=lambda one: int(one["id"])):
            day = days[record["import_batch_id"]]
            counted[day] += 1
            identity = f"{kind} {day} #{counted[day]}"
            found[record["id"]] = Known(identity=identity, kind=kind, day=day, record=record)
    return found


async def matched_pairs(api: PublicApi, reconciliation_id: int) -> list[tuple[int, int]]:
    """Read the records of all accepted matches; the two of a pair in the order of the sides."""
    matches = await api.all_of(
        "/v1/reconciliation_matches",
        reconciliation_id=reconciliation_id,
        status="accepted",
        limit=100,
    )
    return [(int(a), int(b)) for a, b in (one["record_ids"] for one in matches)]


def hash_of(pairs: Sequence[tuple[str, str]]) -> str:
    """Hash the matched identities, whatever order the matches were made in."""
    lines = sorted(f"{a} = {b}" for a, b in pairs)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
