"""What was spoiled behind the matcher's back is not proven."""

import pytest

from integration.matcher.proofs import proof_of
from integration.matcher.service import Service
from integration.matcher.world import Key, World

SPOILED = {
    "the right to match an entry is gone": "DELETE FROM open_entry WHERE record_id = 5",
    "a matched entry may be matched again": """
        INSERT INTO open_entry (organization_id, reconciliation_id, entry_no, record_id, keys)
        SELECT organization_id, reconciliation_id, entry_no, record_id, '{}' FROM entry
        WHERE record_id = 1""",
    "an amount has changed": """
        UPDATE entry SET fields = convert_to(
            replace(convert_from(fields, 'UTF8'), '"1000"', '"1001"'), 'UTF8')
        WHERE record_id = 1""",
    "an adjustment is gone": "DELETE FROM adjustment",
    "an adjustment has changed": "UPDATE adjustment SET amount_minor = amount_minor + 1",
    "a match is gone": "DELETE FROM match WHERE kind = 'exact'",
    "a member is gone from its match": """
        UPDATE match SET members = members[1:1] WHERE kind = 'exact'""",
    "an entry is in two matches": "UPDATE match SET members = members || 1::bigint",
    "a matched entry is gone": "DELETE FROM entry WHERE record_id = 2",
    "a match took more than there is": """
        UPDATE match SET allocated = '{1000,1001}' WHERE kind = 'exact'""",
    "an open entry has ended": """
        UPDATE entry SET ended = 'closed', ended_at = now() WHERE record_id = 6""",
    "less is left of an entry than nobody took": """
        UPDATE entry SET left_minor = 1 WHERE record_id = 6""",
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
async def test_what_is_spoiled_is_not_proven(
    world: World, service: Service, books: Key, spoil: str
) -> None:
    assert (await proof_of(service, books))["proven"]

    await world.worker.execute(spoil)

    proof = await proof_of(service, books)
    assert not proof["proven"]
