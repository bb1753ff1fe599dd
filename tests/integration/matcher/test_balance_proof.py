"""The balance proof over whatever happened, and as it stood then."""

from collections import defaultdict
from datetime import UTC, datetime
from random import Random
from typing import Any

import msgspec
import pytest

from integration.matcher.logs import a_log, seeded
from integration.matcher.proofs import Json, database_time, figures, proof_of, term
from integration.matcher.service import Service
from integration.matcher.test_random_operations import OPERATIONS, Life
from integration.matcher.world import Key, World
from tieout_contracts.config_events import SignMode
from tieout_contracts.record import Direction, Fields, RecordAccepted
from tieout_runtime.problems import Problem
from unit.matcher.builders import a_leaf, a_record, some_fields

_fields = msgspec.json.Decoder(Fields).decode
DIRECTIONS: tuple[Direction, ...] = ("credit", "debit")


def mixed_log(key: Key, *, length: int, seed: int) -> list[RecordAccepted]:
    """Make records in three currencies, finer than usual now and then, in both directions."""
    chance = seeded(seed)
    return [
        msgspec.structs.replace(one, fields=msgspec.Raw(msgspec.json.encode(_mixed(one, chance))))
        for one in a_log(key, length=length, seed=seed, kinds=6)
    ]


def _mixed(record: RecordAccepted, chance: Random) -> Fields:
    fields = _fields(record.fields)
    finer = chance.choice([0, 0, 1, 9])
    return msgspec.structs.replace(
        fields,
        amount_minor=fields.amount_minor + "0" * finer,
        exponent=fields.exponent + finer,
        currency=chance.choice(["EUR", "EUR", "USD", "JPY"]),
        direction=chance.choice(["credit", "credit", "debit"]),
        status=chance.choice(["posted", "posted", "informational"]),
    )


class FullLife(Life):
    """Passes, suggestions and people's matches too, whole, adjusted or in part."""

    async def tolerate(self) -> None:
        leaves = (a_leaf("external_id"), a_leaf("amount", tolerance_amount=20))
        rule = await self.world.rule(self.key, *leaves, priority=self.chance.randint(0, 3))
        self.rules.append(rule)

    async def passes(self) -> None:
        await self.world.rekey()
        await self.world.passes_now(self.key)

    async def accept(self) -> None:
        rows = await self.world.rows("SELECT id FROM match WHERE status = 'suggested' ORDER BY id")
        if rows:
            await self.world.accept(self.key, self.chance.choice(rows)["id"])

    async def by_hand(self) -> None:
        """Match open entries of one currency, each side's of one direction; 422 is an answer."""
        rows = await self.world.rows(
            "SELECT record_id, side, fields FROM open_entry"
            " JOIN entry USING (organization_id, reconciliation_id, record_id) ORDER BY record_id"
        )
        currency = self.chance.choice(["EUR", "USD", "JPY"])
        chosen: list[int] = []
        for side in ("A", "B"):
            kind = (side, currency, self.chance.choice(DIRECTIONS))
            alike = [row["record_id"] for row in rows if _kind(row) == kind]
            chosen += self.chance.sample(alike, min(len(alike), self.chance.choice([1, 1, 2])))
        how = self.chance.choice(["carry", "carry", "create_adjustment"])
        given: Json = {how: True}
        if how == "create_adjustment":
            given["adjustment_reason"] = "by chance"
        try:
            await self.world.match_by_hand(self.key, *chosen, **given)
        except Problem as problem:
            if problem.status != 422:
                raise


FULL_LIFE = (
    *OPERATIONS, FullLife.tolerate, FullLife.passes, FullLife.passes, FullLife.accept,
    *(FullLife.by_hand,) * 6,
)  # fmt: skip


def _kind(row: Any) -> tuple[str, str, Direction]:
    fields = _fields(row["fields"])
    return (row["side"], fields.currency, fields.direction)


async def a_life(world: World, *, seed: int, length: int = 300) -> tuple[FullLife, Random]:
    chance = seeded(seed)
    sign_mode: SignMode = chance.choice(["same", "opposite", "absolute"])
    had = [
        {"side": side, "currency": "EUR", "amount_minor": str(chance.randint(-99, 99))}
        for side in ("A", "B")
    ]
    key = await world.reconciliation(
        sign_mode=sign_mode, opening_balances=[] if sign_mode == "absolute" else had
    )
    life = FullLife(world, key, mixed_log(key, length=length, seed=seed), chance)
    if seed % 2:
        await life.tolerate()
    return life, chance


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_every_currency_is_proven(
    world: World, service: Service, seed: int
) -> None:
    life, chance = await a_life(world, seed=seed)

    for step in range(60):
        await chance.choice(FULL_LIFE)(life)
        if step % 4 == 0:
            proof = await proof_of(service, life.key)
            assert proof["proven"], proof
            assert {one["difference"] for one in proof["currencies"]} <= {"0"}
            assert await _sides_by_hand(world, life.key) == {
                (one["currency"], name): int(term(proof, name, one["currency"])["count"])
                for one in proof["currencies"]
                for name in ("side_a", "side_b")
            }


async def _sides_by_hand(world: World, key: Key) -> dict[tuple[str, str], int]:
    rows = await world.rows("SELECT side, fields FROM entry WHERE reconciliation_id = $1", key[1])
    found: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        currency = _fields(row["fields"]).currency
        found[currency, "side_" + row["side"].lower()] += 1
        found[currency, "side_" + "ab"[row["side"] == "A"]] += 0
    if not any(currency == "EUR" for currency, _ in found):
        had = await world.rows("SELECT 1 FROM opening_balance WHERE reconciliation_id = $1", key[1])
        found |= {("EUR", "side_a"): 0, ("EUR", "side_b"): 0} if had else {}
    return dict(found)


@pytest.mark.parametrize("seed", [11, 12])
async def test_the_proof_as_of_a_time_is_what_it_was_then(
    world: World, service: Service, seed: int
) -> None:
    life, chance = await a_life(world, seed=seed)
    stood: list[tuple[datetime, Json]] = []

    for _ in range(60):
        world.clock.now = await database_time(world)
        await chance.choice(FULL_LIFE)(life)
        stood.append((await database_time(world), figures(await proof_of(service, life.key))))

    again = [figures(await proof_of(service, life.key, as_of=at.isoformat())) for at, _ in stood]
    assert again == [proof for _, proof in stood]
    assert len({str(proof["currencies"]) for proof in again}) > 10


async def test_before_anything_came_there_is_nothing_to_prove(
    world: World, service: Service
) -> None:
    key = await world.with_rule(a_leaf("external_id"))
    before = await database_time(world)
    await world.deliver([a_record(1, reconciliation_id=key[1])])

    proof = await proof_of(service, key, as_of=before.isoformat())

    assert (proof["currencies"], proof["seq"], proof["proven"]) == ([], 0, True)


async def test_a_match_is_of_the_time_once_all_its_members_had_arrived(
    world: World, service: Service
) -> None:
    """Matches carry the service's clock, arrivals the database's: here the first is far behind."""
    world.clock.now = datetime(2000, 1, 1, tzinfo=UTC)
    key = await world.with_rule(a_leaf("external_id"))
    same = some_fields(external_id="x")
    await world.deliver([a_record(1, "A", same, reconciliation_id=key[1])])
    between = await database_time(world)
    await world.deliver([a_record(2, "B", same, reconciliation_id=key[1])])

    proof = await proof_of(service, key, as_of=between.isoformat())

    assert proof["proven"]
    assert (term(proof, "open_a")["count"], term(proof, "matched_a")["count"]) == (1, 0)
