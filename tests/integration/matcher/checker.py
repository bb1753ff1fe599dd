"""What must hold of a reconciliation whatever happened: tables, counters and journal agree."""

from collections import Counter
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

from integration.matcher.journal import outcomes_of
from integration.matcher.world import Key, World
from tieout_contracts.outcomes import (
    EntryChanged,
    EntryClosed,
    EntryOverdue,
    EntryReopened,
    EntryUnmatched,
    EntryWithdrawn,
    MatchAccepted,
    MatchRevoked,
)
from tieout_contracts.record import Fields

_fields = msgspec.json.Decoder(Fields).decode


async def check(world: World, key: Key) -> None:
    """Assert I2, I3, I5 and that everything counted equals what is there."""
    where = "organization_id = $1 AND reconciliation_id = $2"
    entries = {
        row["record_id"]: row
        for row in await world.rows(f"SELECT * FROM entry WHERE {where}", *key)  # noqa: S608
    }
    matches = await world.rows(
        f"SELECT * FROM match WHERE {where} AND status = 'accepted'",  # noqa: S608
        *key,
    )
    _check_members(entries, matches)
    await _check_sums(world, key, entries, matches)
    await _check_open(world, key, entries)
    await _check_reserved(world, key)
    await _check_counters(world, key, entries)
    await _check_journal(world, key, entries)


def _check_members(entries: dict[int, Any], matches: list[Any]) -> None:
    """I2: a record is in at most one active match, and its entry names that one."""
    whole = {
        (match["id"], record): match["allocated"] is None or match["allocated"][place] is None
        for match in matches
        for place, record in enumerate(match["members"])
    }
    members = Counter(record for (_, record), taken_whole in whole.items() if taken_whole)
    assert not [record for record, count in members.items() if count > 1], "matched twice"
    named = {(match["id"], record) for match in matches for record in match["members"]}
    closed = {
        (row["match_id"], record) for record, row in entries.items() if row["match_id"] is not None
    }
    assert closed <= named, "an entry names a match that does not name it"
    assert {one for one in named if whole[one]} <= closed, "a member is open"
    _check_parts(entries, matches)


def _check_parts(entries: dict[int, Any], matches: list[Any]) -> None:
    """What matches take of an entry and what is left of it is its amount."""
    taken: Counter[int] = Counter()
    for match in matches:
        for record, part in zip(match["members"], match["allocated"] or (), strict=False):
            taken[record] += int(part or 0)
    for record, row in entries.items():
        left = 0 if row["match_id"] is not None else row["left_minor"]
        if taken[record] or (row["left_minor"] is not None and row["match_id"] is None):
            amount = int(_fields(row["fields"]).amount_minor)
            assert taken[record] + int(left or 0) == amount, "parts are no whole"


async def _check_sums(world: World, key: Key, entries: dict[int, Any], matches: list[Any]) -> None:
    """I3: per active match side A = side B + adjustments, in one currency."""
    (one,) = await world.rows("SELECT sign_mode FROM reconciliation WHERE id = $1", key[1])
    adjustments = await world.rows("SELECT * FROM adjustment WHERE organization_id = $1", key[0])
    for match in matches:
        own = [row for row in adjustments if row["match_id"] == match["id"]]
        members = [
            (entries[record]["side"], _taken(match, place, entries[record]))
            for place, record in enumerate(match["members"])
        ]
        currencies = {fields.currency for _, fields in members} | {row["currency"] for row in own}
        assert len(currencies) == 1, "several currencies"
        total = sum(_signed(side, fields, one["sign_mode"]) for side, fields in members)
        adjusted = sum(row["amount_minor"].scaleb(-row["exponent"]) for row in own)
        assert total == adjusted, f"match {match['id']} does not tie"


def _taken(match: Any, place: int, entry: Any) -> Fields:
    """Return a member's fields with the amount that the match takes."""
    fields = _fields(entry["fields"])
    part = match["allocated"] and match["allocated"][place]
    return fields if part is None else replace(fields, amount_minor=str(part))


def _signed(side: str, fields: Fields, sign_mode: str) -> Decimal:
    amount = Decimal(fields.signed_minor).scaleb(-fields.exponent)
    if sign_mode == "absolute":
        amount = abs(amount)
    elif sign_mode == "opposite" and side == "B":
        amount = -amount
    return amount if side == "A" else -amount


def _waits(entry: Any) -> bool:
    return entry["match_id"] is None and entry["ended"] is None


async def _check_open(world: World, key: Key, entries: dict[int, Any]) -> None:
    """K2: exactly what is in no match and not ended may be matched; keys point at nothing else."""
    where = "organization_id = $1 AND reconciliation_id = $2"
    rows = await world.rows(f"SELECT * FROM open_entry WHERE {where}", *key)  # noqa: S608
    waiting = {
        record: (row["entry_no"], row["overdue_at"] if row["overdue_seq"] is None else None)
        for record, row in entries.items()
        if _waits(row)
    }
    assert waiting == {row["record_id"]: (row["entry_no"], row["overdue_at"]) for row in rows}
    keys = await world.rows(f"SELECT * FROM open_key WHERE {where}", *key)  # noqa: S608
    assert sorted((row["entry_no"], row["record_id"], row["key_hash"]) for row in keys) == sorted(
        (row["entry_no"], row["record_id"], one) for row in rows for one in row["keys"]
    ), "keys and open entries disagree"
    assert all((row["ended"] is None) == (row["ended_at"] is None) for row in entries.values())
    assert not [row for row in entries.values() if row["ended"] and row["match_id"]]


async def _check_reserved(world: World, key: Key) -> None:
    """A suggestion holds exactly its members, without keys; nothing else is held."""
    where = "organization_id = $1 AND reconciliation_id = $2"
    rows = await world.rows(
        f"SELECT * FROM open_entry WHERE {where} AND suggested_by IS NOT NULL",  # noqa: S608
        *key,
    )
    suggested = await world.rows(
        f"SELECT * FROM match WHERE {where} AND status = 'suggested'",  # noqa: S608
        *key,
    )
    assert not [row for row in rows if row["keys"]], "a reserved entry can be found"
    assert {row["record_id"]: row["suggested_by"] for row in rows} == {
        record: match["id"] for match in suggested for record in match["members"]
    }, "suggestions and what they reserve disagree"


async def _check_counters(world: World, key: Key, entries: dict[int, Any]) -> None:
    (row,) = await world.rows("SELECT * FROM reconciliation WHERE id = $1", key[1])
    matched = sum(1 for one in entries.values() if one["match_id"] is not None)
    ended = sum(1 for one in entries.values() if one["ended"] is not None)
    waiting = [one for one in entries.values() if _waits(one)]
    overdue = [one for one in waiting if one["overdue_seq"] is not None]
    counted = (row["entries"], row["matched"], row["ended"], row["overdue"])
    assert counted == (len(entries), matched, ended, len(overdue)), "counters are wrong"
    for table, counter in (("overdue", "awaited"), ("version", "awaited_versions")):
        (awaited,) = await world.rows(
            f"SELECT count(*) AS n FROM awaited_{table} WHERE reconciliation_id = $1",  # noqa: S608
            key[1],
        )
        assert row[counter] == awaited["n"]
    due = [one["overdue_at"] for one in waiting if one["overdue_seq"] is None]
    if due:
        assert row["next_overdue_at"] is not None
        assert row["next_overdue_at"] <= min(due), "an overdue entry would be passed over"


async def _check_journal(world: World, key: Key, entries: dict[int, Any]) -> None:
    """I5: who only ever read the outcomes knows the same state."""
    outcomes = await outcomes_of(world, key)
    (row,) = await world.rows("SELECT seq FROM reconciliation WHERE id = $1", key[1])
    assert row["seq"] == len(outcomes), "numbers and outcomes disagree"
    waiting: dict[int, Any] = {}
    settled: dict[int, Any] = {}
    for outcome in outcomes:
        _read(outcome, waiting, settled)
    for told, wanted in ((waiting, _waits), (settled, lambda one: not _waits(one))):
        assert {
            record: (view.side, view.version, view.overdue_seq, bytes(view.fields))
            for record, view in told.items()
        } == {
            record: (one["side"], one["version"], one["overdue_seq"], one["fields"])
            for record, one in entries.items()
            if wanted(one)
        }, "the journal tells another story"


def _read(outcome: Any, waiting: dict[int, Any], settled: dict[int, Any]) -> None:
    """Learn from one outcome what is open and what is not, as a consumer does."""
    if isinstance(outcome, MatchAccepted | MatchRevoked):
        accepted = isinstance(outcome, MatchAccepted)
        told = [(one, accepted and one.left_minor is None) for one in outcome.members]
    elif isinstance(outcome, EntryUnmatched | EntryOverdue | EntryReopened):
        told = [(outcome.entry, False)]
    elif isinstance(outcome, EntryChanged):
        told = [(outcome.entry, bool(outcome.match_id or outcome.ended))]
    elif isinstance(outcome, EntryWithdrawn | EntryClosed):
        told = [(outcome.entry, True)]
    else:
        return
    for view, is_settled in told:
        now, gone = (settled, waiting) if is_settled else (waiting, settled)
        gone.pop(view.record_id, None)
        now[view.record_id] = view


async def matched_pairs(world: World, key: Key) -> set[tuple[int, ...]]:
    """Return the members of every active match: the result that must not depend on luck."""
    rows = await world.rows(
        "SELECT members FROM match WHERE reconciliation_id = $1 AND status = 'accepted'", key[1]
    )
    return {tuple(row["members"]) for row in rows}
