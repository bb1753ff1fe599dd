"""Outcomes on real Postgres: each once, in order, whatever the deliveries look like."""

import hashlib
import json
import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integration.exceptions.conftest import Rig, intake_of
from tieout_runtime.postgres import Pool
from unit.exceptions.outcome_log import OutcomeLog, a_delivery
from unit.exceptions.outcome_steps import STEPS, Step, follow

# Drawn from sequences, which depend on retries; the others tell the two reconciliations apart.
SURROGATES = {"id", "reconciliation_id", "match_id", "suggested_match_id"}


async def projection_hash(worker: Pool, reconciliation_id: int) -> str:
    """Hash every row kept for one reconciliation, in a total order."""
    content: dict[str, Any] = {}
    for table, order in {
        "projection": "reconciliation_id",
        "overdue_entry": "record_id",
        "suggestion": "record_id",
        "break": "record_id",
        "bucket": "changed_seq",
    }.items():
        rows = await worker.fetch(
            f"SELECT * FROM {table} WHERE reconciliation_id = $1 ORDER BY {order}",  # noqa: S608
            reconciliation_id,
        )
        content[table] = [
            {name: value for name, value in row.items() if name not in SURROGATES} for row in rows
        ]
    return hashlib.sha256(json.dumps(content, default=str, sort_keys=True).encode()).hexdigest()


NUMBERS = iter(range(1000, 1_000_000))


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=STEPS,
    cuts=st.lists(st.integers(1, 7), min_size=1, max_size=4),
    disorder=st.none() | st.integers(0, 2**32),
)
async def test_batches_redelivery_and_order_change_nothing(
    worker: Pool, steps: list[Step], cuts: list[int], disorder: int | None
) -> None:
    plain = follow(OutcomeLog(reconciliation_id=next(NUMBERS)), steps)
    cut = follow(OutcomeLog(reconciliation_id=next(NUMBERS)), steps)
    records, chunks = cut.deliveries(), []
    while records:
        size = cuts[len(chunks) % len(cuts)]
        chunks.append(records[:size])
        records = records[size:]
    chunks = [chunk for chunk in chunks for _ in range(2)]
    if disorder is not None:
        random.Random(disorder).shuffle(chunks)  # noqa: S311 - a test's own disorder

    await intake_of(worker).on_batch(plain.deliveries())
    for chunk in chunks:
        await intake_of(worker).on_batch(chunk)

    assert await projection_hash(worker, plain.reconciliation_id) == await projection_hash(
        worker, cut.reconciliation_id
    )
    left = await worker.fetchval(
        "SELECT count(*) FROM parked_outcome WHERE reconciliation_id = $1", cut.reconciliation_id
    )
    assert left == 0


@settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
async def test_bucket_aggregates_are_those_of_the_overdue_entries(
    rig: Rig, steps: list[Step]
) -> None:
    """I11, recomputed from the log itself."""
    log = follow(OutcomeLog(reconciliation_id=next(NUMBERS)), steps)

    await rig.take(log.deliveries())
    await rig.call("POST", "/sweep")

    found = (await rig.json("/buckets", reconciliation_id=log.reconciliation_id))["data"]
    live = {one["data_stream_id"]: one["aggregates"] for one in found if one["status"] == "open"}
    late: dict[int, list[int]] = {}
    for record_id, view in log.open.items():
        if view.overdue_seq is not None:
            late.setdefault(view.stream_id, []).append(log.left(record_id))
    assert live.keys() == late.keys()
    for stream_id, amounts in late.items():
        shown = live[stream_id]
        assert shown["record_count"] == shown["debit_count"] == len(amounts)
        assert shown["total_amount"] == shown["debit_sum"] == -sum(amounts)


async def test_each_event_is_told_once_with_the_reconciliations_own_numbers(rig: Rig) -> None:
    await rig.late(1, 3)
    await rig.deliver(rig.log.outcomes)

    events = await rig.events()

    assert [ce_id for ce_id, _ in events] == ["5:1", "5:2", "5:3"]
    assert [(one["type"], one.get("record_count")) for _, one in events] == [
        ("break.changed", None),
        ("bucket.changed", 1),
        ("break.changed", None),
    ]


async def test_a_gap_stops_one_reconciliation_alone(rig: Rig) -> None:
    stopped, other = OutcomeLog(reconciliation_id=5), OutcomeLog(reconciliation_id=6)
    for log in (stopped, other):
        for record_id in (1, 3):
            log.arrive(record_id)
            log.overdue(record_id)
    missing = stopped.outcomes[1]

    await rig.deliver([one for one in (*stopped.outcomes, *other.outcomes) if one is not missing])

    rows = await rig.worker.fetch(
        "SELECT reconciliation_id, applied_seq FROM projection ORDER BY reconciliation_id"
    )
    assert [tuple(row) for row in rows] == [(5, 1), (6, 4)]
    await rig.resender.ask_missing()
    await rig.resender.ask_missing()
    asked = {"reconciliation_id": 5, "from_seq": 2, "to_seq": 2}
    assert [body for what, body in rig.matcher.asked if what == "resend"] == [asked]
    assert await rig.resender.check() is None
    await rig.worker.execute("UPDATE parked_outcome SET parked_at = now() - interval '2 minutes'")
    assert "reconciliation 5 waits for outcomes 2 to 2" in str(await rig.resender.check())

    await rig.deliver([missing])

    assert await rig.resender.ask_missing() == 0
    assert await rig.worker.fetchval("SELECT count(*) FROM overdue_entry") == 4
    applied = await rig.worker.fetchval(
        "SELECT applied_seq FROM projection WHERE reconciliation_id = 5"
    )
    assert applied == 4


async def test_a_gap_is_asked_for_less_often_the_longer_it_lasts(rig: Rig) -> None:
    rig.matcher.down = True
    rig.log.arrive(1)
    rig.log.arrive(2)
    await rig.deliver(rig.log.outcomes[1:])

    start = rig.clock.now
    for second in range(60):
        rig.clock.now = start.replace(second=second)
        await rig.resender.ask_missing()

    assert sum(what == "resend" for what, _ in rig.matcher.asked) == 5  # at 0, 2, 6, 14, 30


async def test_what_cannot_be_read_is_a_dead_letter_and_leaves_a_gap(rig: Rig) -> None:
    rig.log.arrive(1)
    rig.log.overdue(1)
    rig.log.arrive(3)
    records = rig.log.deliveries()
    nobody = a_delivery(rig.log.outcomes[0], offset=90, ce_id=b"no number")
    broken = a_delivery(rig.log.outcomes[1], offset=91, value=b'{"type":"entry.overdue"')
    forged = a_delivery(rig.log.outcomes[1], offset=92, ce_id=b"6:1")

    await rig.take([nobody, records[0], broken, forged, records[2]])

    letters = await rig.worker.fetch('SELECT "offset", reason FROM dead_letter ORDER BY "offset"')
    assert [row["offset"] for row in letters] == [90, 91, 92]
    assert "outcome 2 of 5 is not readable" in letters[1]["reason"]
    assert "announce another outcome" in letters[2]["reason"]

    await rig.take([records[1]])

    assert (await rig.one_break())["status"] == "OPEN"
    assert await rig.worker.fetchval("SELECT max(applied_seq) FROM projection") == 3


async def test_a_type_that_is_not_known_here_only_counts(rig: Rig) -> None:
    rig.log.arrive(1)
    await rig.take([a_delivery(rig.log.outcomes[0], ce_type=b"run.completed", value=b"{}")])

    assert await rig.worker.fetchval("SELECT applied_seq FROM projection") == 1


async def test_outcomes_that_touch_nothing_are_not_even_read(rig: Rig) -> None:
    rig.log.arrive(1)
    rig.log.arrive(2)
    rig.log.match(1, 2)

    await rig.take([a_delivery(one, value=b"unread") for one in rig.log.outcomes])

    assert await rig.worker.fetchval("SELECT applied_seq FROM projection") == 3


async def test_a_match_takes_its_members_off_and_resolves_their_breaks(rig: Rig) -> None:
    await rig.late(1)
    rig.log.arrive(2)
    match_id = rig.log.match(1, 2)

    await rig.deliver()

    found = await rig.one_break()
    assert (found["status"], found["match_id"], found["resolution_type"]) == (
        "RESOLVED",
        match_id,
        None,
    )
    (bucket,) = (await rig.json("/buckets"))["data"]
    assert bucket["status"] == "resolved"
    assert bucket["aggregates"]["record_count"] == 0

    rig.log.revoke(match_id)
    await rig.deliver()

    found = await rig.one_break()
    assert (found["status"], found["match_id"], found["reopened_count"]) == ("OPEN", None, 1)
    (bucket,) = (await rig.json("/buckets"))["data"]
    assert (bucket["status"], bucket["closed_at"]) == ("open", None)
