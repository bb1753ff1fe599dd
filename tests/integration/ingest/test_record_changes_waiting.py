"""Changes of records asked at once, and while the matcher does not answer."""

import asyncio

from .conftest import Ingest
from .record_changing import HEADER, a_routed_record, delete, patch, told, versions


async def test_fifty_requests_with_one_key_make_one_version(ingest: Ingest) -> None:
    record = await a_routed_record(ingest)

    answers = await asyncio.gather(
        *(patch(ingest, record, key="once", amount=1300) for _ in range(50))
    )
    later = await patch(ingest, record, key="once", amount=1300)
    reused = await patch(ingest, record, key="once", amount=1)

    assert {one.status_code for one in answers} <= {200, 409}
    assert len({one.text for one in answers if one.status_code == 200}) == 1
    assert later.headers["x-idempotency-replayed"] == "true"
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    assert [one["version"] for one in await versions(ingest, record)] == [1, 2]


async def test_while_the_matcher_is_down_a_change_waits_and_no_other_begins(
    ingest: Ingest,
) -> None:
    record = await a_routed_record(ingest)
    ingest.matcher.is_down = True

    waits = await patch(ingest, record, key="k", amount=1300)
    attached = await patch(ingest, record, key="k", amount=1300)
    second = await delete(ingest, record)
    ingest.matcher.is_down = False
    await ingest.resumer.resume_due()
    done = await patch(ingest, record, key="k", amount=1300)

    assert (waits.status_code, waits.json()["code"]) == (503, "change_pending")
    assert attached.status_code == 503
    assert (second.status_code, second.json()["code"]) == (409, "change_in_progress")
    assert (done.status_code, done.json()["version"]) == (200, 2)
    assert done.headers["x-idempotency-replayed"] == "true"
    assert [one["version"] for one in await versions(ingest, record)] == [1, 2]


async def test_after_enough_tries_it_is_cancelled_there_and_given_up_here(
    ingest: Ingest,
) -> None:
    record = await a_routed_record(ingest)
    ingest.matcher.is_down = True
    await patch(ingest, record, key="k", amount=1300)
    await ingest.worker.execute("UPDATE record_change SET attempts = 2, next_attempt_at = now()")

    await ingest.resumer.resume_due()
    still = await ingest.worker.fetchval("SELECT state FROM record_change")
    ingest.matcher.is_down = False
    await ingest.worker.execute("UPDATE record_change SET next_attempt_at = now()")
    await ingest.resumer.resume_due()

    row = await ingest.worker.fetchrow("SELECT state, refusal_code FROM record_change")
    assert still == "pending"
    assert tuple(row) == ("refused", "not_carried_out")
    assert [command for command, _ in ingest.matcher.asked][-2:] == ["cancel", "cancel"]
    anew = await patch(ingest, record, key="k", amount=1300)
    assert (anew.status_code, anew.json()["version"]) == (200, 2)


async def test_a_booking_that_comes_between_is_the_later_version(ingest: Ingest) -> None:
    stream = await ingest.make_stream()
    await ingest.route(5, {stream["id"]: "A"})
    rows = ["2024-03-01,5.00,EUR,credit,a,pending\n", "2024-03-02,6.00,EUR,credit,a,posted\n"]
    await ingest.loaded((await ingest.upload((HEADER + rows[0]).encode())).json()["id"])
    (record,) = (await ingest.client.get("/internal/records?external_id=a")).json()["data"]
    ingest.matcher.is_down = True
    await patch(ingest, record, amount=501)

    booked = await ingest.upload((HEADER + rows[1]).encode())
    assert (await ingest.loaded(booked.json()["id"]))["accepted"] == 1
    between = (await ingest.client.get("/internal/records?data_stream_key=bank")).json()["data"]
    ingest.matcher.is_down = False
    await ingest.resumer.resume_due()

    assert [(one["version"], one["fields"]["amount_minor"]) for one in between] == [(3, "600")]
    latest = (await ingest.client.get(f"/internal/records/{record['id']}")).json()
    assert (latest["version"], latest["fields"]["amount_minor"]) == (3, "600")
    assert [one["version"] for one in await versions(ingest, record)] == [1, 2, 3]
    assert sorted(await told(ingest))[-3:] == [
        ("record.accepted", record["id"], number) for number in (1, 2, 3)
    ]
