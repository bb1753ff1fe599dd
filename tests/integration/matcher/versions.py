"""Later versions of records, made and looked at."""

from typing import Any

from integration.matcher.journal import chunks_of, told
from integration.matcher.world import Key, World
from tieout_contracts.record import RecordAccepted, Side
from unit.matcher.builders import DAY, a_record, some_fields


def version(
    key: Key, record_id: int, side: Side, number: int, name: str | None = None, **given: Any
) -> RecordAccepted:
    """Make a version of a record; `given` are its fields."""
    fields = some_fields(external_id=name or f"x{record_id}", **given)
    made: RecordAccepted = a_record(
        record_id, side, fields, reconciliation_id=key[1], version=number,
        due_date=given.get("date", DAY),
    )  # fmt: skip
    return made


async def last_chunk(world: World, key: Key) -> list[tuple[Any, ...]]:
    return [told(one) for one in (await chunks_of(world, key))[-1]]


async def entry(world: World, record_id: int) -> Any:
    (row,) = await world.rows("SELECT * FROM entry WHERE record_id = $1", record_id)
    return row
