"""After any operations in any order: none matched twice, all sums tie, all counters are right."""

from random import Random

import pytest

from integration.matcher.checker import check
from integration.matcher.logs import a_log, seeded
from integration.matcher.world import Key, World
from tieout_contracts.record import RecordAccepted
from tieout_runtime.problems import Problem
from unit.matcher.builders import a_leaf

STEPS = 60


class Life:
    """One reconciliation to which everything happens that can."""

    def __init__(self, world: World, key: Key, log: list[RecordAccepted], chance: Random) -> None:
        self.world, self.key, self.log, self.chance = world, key, log, chance
        self.arrived = 0
        self.rules: list[int] = []
        self.operations = 0

    async def arrive(self) -> None:
        first = max(0, self.arrived - self.chance.choice([0, 0, 5]))
        self.arrived += self.chance.randint(1, 25)
        await self.world.deliver(self.log[first : self.arrived])

    async def make_rule(self) -> None:
        leaf = a_leaf(self.chance.choice(["external_id", "reference", "date"]))
        self.rules.append(await self.world.rule(self.key, leaf, priority=self.chance.randint(0, 3)))

    async def retire_rule(self) -> None:
        if len(self.rules) > 1:
            place = self.chance.randrange(len(self.rules))
            await self.world.retire(self.key, self.rules.pop(place))

    async def rekey(self) -> None:
        await self.world.rekey_chunk(self.key)

    async def rekey_all(self) -> None:
        await self.world.rekey()

    async def revoke(self) -> None:
        rows = await self.world.rows(
            "SELECT id FROM match WHERE reconciliation_id = $1 ORDER BY id", self.key[1]
        )
        if rows:
            await self.world.revoke(self.key, self.chance.choice(rows)["id"])

    async def force(self) -> None:
        rows = await self.world.rows(
            "SELECT record_id, side FROM entry WHERE reconciliation_id = $1 ORDER BY 1", self.key[1]
        )
        if rows:
            self.operations += self.chance.choice([0, 1, 1])
            chosen = self.chance.sample(rows, min(len(rows), self.chance.randint(1, 3)))
            members = [row["record_id"] for row in chosen]
            await self.world.force(self.key, *members, operation_id=self.operations)

    async def mark(self) -> None:
        record = self.chance.choice(self.log).record_id
        later = self.chance.choice([None, self.world.clock.now.replace(year=2027)])
        try:
            await self.world.mark(self.key, record, at=later)
        except Problem as problem:
            if problem.code != "already_matched":
                raise

    async def claim(self) -> None:
        await self.world.claim(self.world.clock.move(hours=self.chance.randint(1, 30)))


OPERATIONS = (
    *(Life.arrive,) * 6, Life.make_rule, Life.retire_rule, Life.rekey, Life.rekey, Life.rekey_all,
    Life.revoke, Life.revoke, Life.force, Life.force, Life.mark, Life.claim,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
async def test_everything_that_can_happen_leaves_it_whole(
    world: World, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("tieout_matcher.released.REKEY_ENTRIES", 9)
    monkeypatch.setattr("tieout_matcher.overdue.CLAIM_ENTRIES", 13)
    chance = seeded(seed)
    key = await world.reconciliation(sign_mode=chance.choice(["same", "opposite", "absolute"]))
    log = a_log(key, length=500, seed=seed, kinds=chance.choice([2, 8, 30]))
    life = Life(world, key, log, chance)

    for step in range(STEPS):
        await chance.choice(OPERATIONS)(life)
        if step % 6 == 0:
            await check(world, key)
    await world.rekey()

    await check(world, key)
    counted = await world.rows("SELECT entries, matched FROM reconciliation WHERE id = $1", key[1])
    assert counted[0]["entries"] == min(life.arrived, len(log))
