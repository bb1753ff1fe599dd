"""The checker itself: each corruption that it is there to see, it sees."""

import pytest

from integration.matcher.checker import check
from integration.matcher.world import World
from unit.matcher.builders import a_record, some_fields

CORRUPTIONS = {
    "a counter": "UPDATE reconciliation SET matched = matched + 1",
    "overdue counted": "UPDATE reconciliation SET overdue = 1",
    "a number taken": "UPDATE reconciliation SET seq = seq + 1",
    "a late alarm": "UPDATE reconciliation SET next_overdue_at = next_overdue_at + interval '1 h'",
    "matched twice": """INSERT INTO match (organization_id, id, reconciliation_id, kind, members,
        created_at) SELECT organization_id, id + 1, reconciliation_id, kind, members, created_at
        FROM match""",
    "a member not told": "UPDATE entry SET match_id = NULL WHERE side = 'A'",
    "a right kept": """INSERT INTO open_entry SELECT organization_id, reconciliation_id, entry_no,
        record_id, overdue_at, '{}' FROM entry WHERE match_id IS NOT NULL LIMIT 1""",
    "a right lost": "DELETE FROM open_entry",
    "a key lost": "DELETE FROM open_key",
    "an amount changed": r"""UPDATE entry SET fields = replace(encode(fields, 'escape'), '"1000"',
        '"1001"')::bytea WHERE side = 'A' AND match_id IS NOT NULL""",
    "a chunk lost": "DELETE FROM outbox WHERE first_seq = 1",
    "another story": "UPDATE entry SET version = 2",
}


@pytest.mark.parametrize("corruption", CORRUPTIONS.values(), ids=CORRUPTIONS.keys())
async def test_the_checker_sees(world: World, corruption: str) -> None:
    key = await world.with_rule()
    for record_id, side, name in ((1, "A", "x"), (2, "B", "x"), (3, "A", "y")):
        fields = some_fields("1000", external_id=name)
        await world.deliver([a_record(record_id, side, fields, reconciliation_id=key[1])])  # type: ignore[arg-type]
    await check(world, key)

    await world.rows(corruption)

    with pytest.raises(AssertionError):
        await check(world, key)
