"""Whatever happened in whatever order: the journals make the same again."""

from integration.matcher.logs import a_log, seeded
from integration.matcher.test_random_operations import OPERATIONS, Life
from integration.ops.replayed import Product

STEPS = 40
FIRST_ARRIVALS = 4
RECONCILIATIONS = 4


async def test_both_replays_hold_after_any_operations(product: Product) -> None:
    world = product.world
    keys = [await world.reconciliation() for _ in range(RECONCILIATIONS)]
    for seed, key in enumerate(keys):
        chance = seeded(seed)
        log = a_log(key, length=400, seed=seed, kinds=chance.choice([2, 8, 30]))
        await product.publish(log[200:])
        await product.publish(log[:200])
        life = Life(world, key, log, chance, telling=product.publish)
        await life.make_rule()
        await life.rekey_all()
        for _ in range(FIRST_ARRIVALS):  # what is comparable ends at the first change
            await life.arrive()
        for _ in range(STEPS):
            await chance.choice(OPERATIONS)(life)
            world.clock.move(seconds=1)
            if chance.random() < 0.2:
                await product.project(key, batch=chance.randint(1, 60))
    for key in keys:
        await product.late(key)

    exceptions = await product.replay_exceptions()
    matcher = await product.replay_matcher()

    assert {(one.verdict, *one.notes) for one in exceptions} == {("equal",)}
    assert [(one.verdict, *one.notes) for one in matcher if not one.holds] == []
    assert sum(one.outcomes for one in matcher) > RECONCILIATIONS * 10
    rows = await product.exceptions.fetchrow(
        "SELECT count(*) FILTER (WHERE reopened_count > 0) AS reopened,"
        " count(*) FILTER (WHERE status = 'RESOLVED') AS resolved FROM break"
    )
    assert min(rows) > 0, "there was too little to replay"
