"""Balance proofs as the route answers them."""

from datetime import UTC, datetime
from typing import Any

from integration.matcher.service import Service, path_of
from integration.matcher.world import Key, World

Json = dict[str, Any]


async def proof_of(service: Service, key: Key, **params: Any) -> Json:
    return dict(await service.get(path_of(key, "/balance_proof"), params=params))


async def entries_of(service: Service, key: Key, **params: Any) -> list[Json]:
    """Read all pages of what makes a term."""
    found, cursor = [], "0"
    while cursor is not None:
        page = await service.get(
            path_of(key, "/balance_proof/entries"), params=params | {"cursor": cursor}
        )
        found += page["data"]
        cursor = page["next_cursor"]
    return found


def term(proof: Json, name: str, currency: str = "EUR") -> Json:
    (own,) = [one for one in proof["currencies"] if one["currency"] == currency]
    (found,) = [one for one in own["terms"] if one["name"] == name]
    return dict(found)


def figures(proof: Json) -> Json:
    """Give what must be the same however it is read: all but when it was."""
    return {name: value for name, value in proof.items() if name not in ("as_of", "seq")}


async def database_time(world: World) -> datetime:
    (row,) = await world.rows("SELECT clock_timestamp() AS at")
    found: datetime = row["at"]
    return found.astimezone(UTC)
