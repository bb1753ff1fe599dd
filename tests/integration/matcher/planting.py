"""What was planted for learning, delivered to a real matcher."""

import msgspec

from integration.matcher.world import Key, World, in_process
from tieout_contracts.record import Fields
from tieout_matcher.aside import Aside
from tieout_matcher.rule_proposals import RuleProposals
from unit.matcher.builders import a_record
from unit.matcher.planted import Planting

_fields = msgspec.json.Decoder(Fields).decode


def proposals(world: World) -> RuleProposals:
    """Learn and file as one instance of the service does."""
    return RuleProposals(pool=world.api, aside=Aside(in_process), clock=world.clock)


async def plant(world: World, key: Key, planted: Planting) -> None:
    """Deliver what was planted, and match by hand what people matched."""
    await world.deliver([
        a_record(one.record_id, one.side, _fields(one.fields), reconciliation_id=key[1])
        for one in planted.entries
    ])  # fmt: skip
    for one in planted.matches:
        await world.match_by_hand(
            key, *one.side_a, *one.side_b, create_adjustment=True, adjustment_reason="as planted"
        )
