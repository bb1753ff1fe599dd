"""Reading the matcher's journal: the outcomes of a reconciliation as consumers get them."""

from typing import Any

import lz4.frame
import msgspec

from integration.matcher.world import Key, World
from tieout_contracts.outcomes import Outcome
from tieout_contracts.topics import MATCHES
from tieout_runtime.outbox import Chunk

_CHUNKS = """SELECT organization_id, first_seq, last_seq, messages, payload FROM outbox
WHERE topic = $1 AND key = $2 ORDER BY id"""
_chunk = msgspec.msgpack.Decoder(Chunk).decode
_outcome: Any = msgspec.json.Decoder(Outcome).decode


async def chunks_of(world: World, key: Key) -> list[list[Any]]:
    """Return the outcomes of each chunk, having checked the chunk's own words about them."""
    rows = await world.rows(_CHUNKS, MATCHES.suffix, str(key[1]))
    chunks = []
    for row in rows:
        chunk = _chunk(lz4.frame.decompress(row["payload"]))
        outcomes = [_outcome(message.value) for message in chunk.messages]
        for message, outcome in zip(chunk.messages, outcomes, strict=True):
            assert message.ce_id == f"{key[1]}:{outcome.seq}"
            assert message.ce_type == outcome.__struct_config__.tag
            assert (outcome.organization_id, outcome.reconciliation_id) == key
        assert (row["organization_id"], row["messages"]) == (key[0], len(outcomes))
        assert (row["first_seq"], row["last_seq"]) == (outcomes[0].seq, outcomes[-1].seq)
        assert dict(chunk.headers)["organization"] == str(key[0]).encode()
        chunks.append(outcomes)
    return chunks


async def outcomes_of(world: World, key: Key) -> list[Any]:
    """Return every outcome in order; their numbers have no gap."""
    outcomes = [outcome for chunk in await chunks_of(world, key) for outcome in chunk]
    assert [outcome.seq for outcome in outcomes] == list(range(1, len(outcomes) + 1))
    return outcomes


def told(outcome: Any) -> tuple[Any, ...]:
    """Reduce an outcome to its type and its records."""
    members = getattr(outcome, "members", None) or [outcome.entry]
    return (outcome.__struct_config__.tag, *(member.record_id for member in members))
