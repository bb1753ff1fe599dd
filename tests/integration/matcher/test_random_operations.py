"""After any operations in any order: none matched twice, all sums tie, all counters are right."""

from collections.abc import Awaitable, Callable, Sequence
from random import Random

import pytest

from integration.matcher.checker import check
from integration.matcher.logs import a_log, later_of, seeded
from integration.matcher.suggesting import suggest
from integration.matcher.world import Key, World
from tieout_contracts.record import RecordAccepted, RecordVersion
from tieout_runtime.problems import Problem
from unit.matcher.builders import a_leaf

STEPS = 60


async def told_to_nobody(_: Sequence[RecordVersion]) -> None:
    """Stand in for ingest's journal where nothing reads it."""


class Life:
    """One reconciliation to which everything happens that can; `telling` hears later versions."""

    def __init__(
        self,
        world: World,
        key: Key,
        log: list[RecordAccepted],
        chance: Random,
        telling: Callable[[Sequence[RecordVersion]], Awaitable[None]] = told_to_nobody,
    ) -> None:
        self.world, self.key, self.log, self.chance = world, key, log, chance
        self.telling = telling
        self.arrived = 0
        self.rules: list[int] = []
        self.operations = 0
        self.changes = 0
        self.versions: dict[int, int] = {}
        self.extra: set[int] = set()

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
            if problem.code not in ("already_matched", "entry_not_open"):
                raise

    def later_version(self) -> RecordVersion:
        """Make the next version of a record, or an old one, whether it has arrived or not."""
        first = self.chance.choice(self.log[: self.arrived + 10])
        number = self.versions.get(first.record_id, 1) + self.chance.choice([0, 1, 1, 1])
        self.versions[first.record_id] = number
        return later_of(first, number, self.chance, kinds=8)

    async def tell_later(self) -> None:
        await self.tell([self.later_version() for _ in range(self.chance.randint(1, 12))])

    async def change(self) -> None:
        """Ask for a change, sometimes again, and let its event follow, now or never."""
        asked = self.later_version()
        self.changes += self.chance.choice([0, 1, 1, 1])
        outcome = await self.world.change(self.changes, asked)
        if outcome["status"] == "done" and self.chance.random() < 0.5:
            await self.tell([asked])

    async def tell(self, told: list[RecordVersion]) -> None:
        await self.telling(told)
        await self.world.deliver(told)
        self.extra |= {one.record_id for one in told}

    async def make_pass_rule(self) -> None:
        near = a_leaf("amount", tolerance_amount=self.chance.choice([0.5, 20]))
        rule = await self.world.rule(self.key, a_leaf("reference"), near, priority=2)
        self.rules.append(rule)

    async def passes(self) -> None:
        await self.world.passes_now(self.key)

    async def suggest(self) -> None:
        """Reserve two that are open, as a pass may, whatever they say of one currency."""
        rows = await self.world.rows(
            "SELECT e.record_id, e.side, convert_from(e.fields, 'UTF8')::json ->> 'currency' AS of"
            " FROM open_entry o JOIN entry e USING (organization_id, reconciliation_id, record_id)"
            " WHERE e.reconciliation_id = $1 AND o.suggested_by IS NULL AND e.left_minor IS NULL"
            " ORDER BY 1",
            self.key[1],
        )
        pairs = [
            (one["record_id"], other["record_id"])
            for one in rows
            for other in rows
            if (one["side"], other["side"], one["of"]) == ("A", "B", other["of"])
        ]
        if pairs:
            await suggest(self.world, self.key, *self.chance.choice(pairs))

    async def match_by_hand(self) -> None:
        """Match an entry of each side, which may leave a rest of one open."""
        rows = await self.world.rows(
            "SELECT record_id, side FROM entry WHERE reconciliation_id = $1 ORDER BY 1", self.key[1]
        )
        sides = [[row["record_id"] for row in rows if row["side"] == side] for side in "AB"]
        if all(sides):
            chosen = [self.chance.choice(one) for one in sides]
            try:
                await self.world.match_by_hand(self.key, *chosen, carry=True)
            except Problem as problem:
                if problem.status != 422:
                    raise

    async def claim(self) -> None:
        await self.world.claim(self.world.clock.move(hours=self.chance.randint(1, 30)))


OPERATIONS = (
    *(Life.arrive,) * 6, Life.make_rule, Life.retire_rule, Life.rekey, Life.rekey, Life.rekey_all,
    Life.revoke, Life.revoke, Life.force, Life.force, Life.mark, Life.claim, Life.tell_later,
    Life.tell_later, Life.change, Life.change, Life.change, Life.make_pass_rule, Life.passes,
    Life.passes, Life.suggest, Life.suggest, Life.match_by_hand, Life.match_by_hand,
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
    arrived = {one.record_id for one in log[: life.arrived]} | life.extra
    assert counted[0]["entries"] == len(arrived)
