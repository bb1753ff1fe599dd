"""What happens to buckets over time: dismissed, resolved, deleted, renamed, swept."""

from integration.exceptions.bucket_calls import NEW, buckets, create, patch, transitions
from integration.exceptions.conftest import Rig
from tieout_contracts.config_events import ReconciliationConfig, StreamConfig, StreamSide
from tieout_exceptions.handlers import on_config
from tieout_runtime.postgres import transaction
from unit.exceptions.outcome_log import ORGANIZATION


async def test_a_dismissed_bucket_keeps_what_it_covered_and_new_entries_get_their_own(
    rig: Rig,
) -> None:
    await rig.late(1)
    (first,) = await buckets(rig)
    dismissed = (await patch(rig, first["id"], status="dismissed")).json()

    await rig.late(3)
    second, first = await buckets(rig)

    assert dismissed["closed_at"] == "2026-03-02T12:00:00Z"
    assert (first["status"], first["aggregates"]["record_count"]) == ("dismissed", 1)
    assert (second["status"], second["aggregates"]["record_count"]) == ("open", 1)
    exceptions = await rig.json("/entry_exceptions", reconciliation_id=5, record_ids="1,3,4")
    assert {record: one["bucket_id"] for record, one in exceptions.items()} == {
        "1": first["id"],
        "3": second["id"],
    }
    rig.log.arrive(2)
    rig.log.match(3, 2)
    await rig.deliver()
    assert [one["status"] for one in await buckets(rig)] == ["resolved", "dismissed"]
    assert await transitions(rig) == [
        (None, "open", 1, "sweeper"),
        ("open", "dismissed", 1, "person"),
        (None, "open", 1, "sweeper"),
        ("open", "resolved", 0, "sweeper"),
    ]


async def test_a_bucket_resolved_by_a_person_waits_for_a_newer_entry(rig: Rig) -> None:
    await rig.late(1)
    (found,) = await buckets(rig)
    await patch(rig, found["id"], status="resolved")

    await rig.call("POST", "/sweep")
    assert [one["status"] for one in await buckets(rig)] == ["resolved"]
    await rig.late(3)

    (found,) = await buckets(rig)
    assert (found["status"], found["closed_at"]) == ("open", None)
    assert found["aggregates"]["record_count"] == 2


async def test_a_deleted_bucket_is_gone_and_the_sweeper_makes_a_new_one(rig: Rig) -> None:
    await rig.late(1)
    (first,) = await buckets(rig)

    deleted = await rig.call("DELETE", f"/buckets/{first['id']}")
    gone = await rig.call("GET", f"/buckets/{first['id']}")
    again = await rig.call("DELETE", f"/buckets/{first['id']}")
    await rig.call("POST", "/sweep")
    await rig.call("POST", "/sweep")

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert (gone.status_code, again.status_code) == (404, 404)
    (second,) = await buckets(rig)
    assert second["id"] != first["id"]
    assert await transitions(rig) == [
        (None, "open", 1, "sweeper"),
        ("open", None, 1, "person"),
        (None, "open", 1, "sweeper"),
    ]


async def test_a_persons_bucket_is_never_resolved_by_itself(rig: Rig) -> None:
    made = (await create(rig)).json()
    await rig.late(1)
    rig.log.arrive(2)
    rig.log.match(1, 2)
    await rig.deliver()
    await rig.call("POST", "/sweep")

    (found,) = await buckets(rig)

    assert (found["id"], found["status"]) == (made["id"], "open")


async def test_the_sweepers_empty_bucket_is_resolved_at_the_next_sweep(rig: Rig) -> None:
    await rig.late(1)
    (found,) = await buckets(rig)
    await patch(rig, found["id"], status="dismissed")
    await patch(rig, found["id"], status="investigating")
    rig.log.arrive(2)
    rig.log.match(1, 2)
    await rig.deliver()

    assert [one["status"] for one in await buckets(rig)] == ["resolved"]
    reopened = (await patch(rig, found["id"], status="open")).json()
    assert (reopened["status"], reopened["closed_at"]) == ("open", None)
    await rig.call("POST", "/sweep")
    assert [one["status"] for one in await buckets(rig)] == ["resolved"]


async def test_title_and_description_change_without_a_transition(rig: Rig) -> None:
    await rig.late(1)
    (found,) = await buckets(rig)

    renamed = (await patch(rig, found["id"], title="Mine", description="x")).json()
    stale = await rig.call(
        "PATCH", f"/buckets/{found['id']}", json={"title": "y"}, headers={"if-match": '"1"'}
    )
    back = (await patch(rig, found["id"], title=None, description=None)).json()
    null = await patch(rig, found["id"], status=None)

    assert (renamed["title"], renamed["description"], renamed["version"]) == ("Mine", "x", 2)
    assert (back["title"], back["description"]) == ("Bank — overdue records", None)
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    assert null.status_code == 422
    assert len(await transitions(rig)) == 1


async def test_lists_are_paged_and_filtered(rig: Rig) -> None:
    await rig.late(1)
    await rig.late(2)

    page = await rig.json("/buckets", limit=1)

    assert (len(page["data"]), page["has_more"], page["offset"]) == (1, True, 0)
    rest = await rig.json("/buckets", limit=1, offset=1)
    assert (rest["data"][0]["data_stream_name"], rest["has_more"]) == ("Bank", False)
    assert await buckets(rig, status="resolved") == []
    assert await buckets(rig, reconciliation_id=6) == []


async def test_another_organisation_sees_nothing(rig: Rig) -> None:
    await rig.late(1)
    (found,) = await buckets(rig)
    other = {"tieout-organization": "8"}

    for method, path, body in [
        ("GET", f"/buckets/{found['id']}", None),
        ("PATCH", f"/buckets/{found['id']}", {"title": "x"}),
        ("DELETE", f"/buckets/{found['id']}", None),
        ("GET", f"/breaks/{(await rig.one_break())['id']}", None),
    ]:
        response = await rig.call(method, path, json=body, headers=other)
        assert response.status_code == 404, (method, path)
    for path in ("/buckets", "/breaks"):
        assert (await rig.call("GET", path, headers=other)).json()["data"] == []
    response = await rig.call(
        "GET", "/entry_exceptions?reconciliation_id=5&record_ids=1", headers=other
    )
    assert response.json() == {}


async def test_a_repeated_write_is_answered_from_memory(rig: Rig) -> None:
    headers = {"x-idempotency-key": "b1"}

    first = await rig.call("POST", "/buckets", json=NEW, headers=headers)
    again = await rig.call("POST", "/buckets", json=NEW, headers=headers)

    assert again.content == first.content
    assert (first.headers["x-idempotency-replayed"], again.headers["x-idempotency-replayed"]) == (
        "false",
        "true",
    )
    assert len(await buckets(rig)) == 1


async def test_names_come_from_config_and_only_newer_ones_count(rig: Rig) -> None:
    def stream(version: int, name: str) -> StreamConfig:
        return StreamConfig(
            organization_id=ORGANIZATION,
            stream_id=11,
            version=version,
            key="bank",
            name=name,
            expected_days=2,
            arrival_grace_seconds=0,
        )

    told = ReconciliationConfig(
        organization_id=ORGANIZATION,
        reconciliation_id=5,
        version=4,
        name="Told",
        run_type="continuous",
        sign_mode="same",
        timezone="UTC",
        streams=[StreamSide(stream_id=11, side="A")],
    )
    async with transaction(rig.worker) as connection:
        await on_config(connection, [stream(2, "Old"), stream(3, "New"), told])
    async with transaction(rig.worker) as connection:
        await on_config(connection, [stream(1, "Oldest")])
    await rig.late(1)

    (found,) = await buckets(rig)

    assert (found["title"], found["reconciliation_name"]) == ("New — overdue records", "Told")
    assert not any(what in ("stream", "reconciliation") for what, _ in rig.matcher.asked)


async def test_a_sweep_has_everything_claimed_up_to_now(rig: Rig) -> None:
    response = await rig.call("POST", "/sweep")

    assert response.json() == {"claimed": 3}
    assert rig.matcher.asked == [("claim", {"until": "2026-03-02T12:00:00Z"})]
    rig.matcher.down = True
    assert (await rig.call("POST", "/sweep")).status_code == 503
