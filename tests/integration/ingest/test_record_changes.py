"""A record corrected or deleted: the matcher decides, then the version is there and told."""

from typing import Any

import pytest

from .conftest import Ingest
from .record_changing import HEADER, a_routed_record, delete, patch, told, versions
from .stand_in_matcher import REFUSED
from .test_records import post
from .test_routing import settled


async def test_a_correction_is_the_next_version_and_history_stays(ingest: Ingest) -> None:
    record = await a_routed_record(ingest, description="as it came")

    answer = await patch(ingest, record, amount=1300, description=None, metadata={"a": [1]})
    shown = (await ingest.client.get(f"/internal/records/{record['id']}")).json()

    assert (answer.status_code, answer.json()) == (200, shown)
    assert (shown["version"], shown["fields"]["amount_minor"]) == (2, "1300")
    assert "description" not in shown["fields"]
    assert shown["fields"]["metadata"] == {"a": [1]}
    assert shown["fields"]["external_id"] == "inv-1"
    first, second = await versions(ingest, record)
    assert (first["fields"], second["fields"]) == (record["fields"], shown["fields"])
    assert (first["change"], first["changed"], first["account_id"]) == (None, [], 7)
    assert (second["change"], second["account_id"]) == ("correction", 7)
    assert second["changed"] == ["amount_minor", "description", "metadata"]
    number = record["id"]
    assert await told(ingest) == [("record.accepted", number, 1), ("record.accepted", number, 2)]
    [(command, asked)] = ingest.matcher.asked
    assert (command, asked["record_id"], asked["version"]) == ("change", number, 2)
    assert (asked["fields"], asked["due_date"]) == (shown["fields"], "2024-03-07")


async def test_a_deleted_record_is_gone_and_its_history_stays(ingest: Ingest) -> None:
    record = await a_routed_record(ingest)
    other = (await post(ingest, external_id="inv-2")).json()

    answer = await delete(ingest, record)

    path = f"/internal/records/{record['id']}"
    gone = [await ingest.client.get(path), await patch(ingest, record, amount=1),
            await delete(ingest, record)]  # fmt: skip
    assert (answer.status_code, answer.content) == (204, b"")
    assert [one.status_code for one in gone] == [404] * 3
    for query in ("data_stream_key=bank", f"ids={record['id']},{other['id']}", "source=api"):
        page = (await ingest.client.get(f"/internal/records?{query}")).json()["data"]
        assert [one["id"] for one in page] == [other["id"]]
    assert [one["change"] for one in await versions(ingest, record)] == [None, "deletion"]
    last = (await ingest.events(5))[-1]
    assert (last["type"], last["version"], last["side"]) == ("record.withdrawn", 2, "A")
    assert last["fields"] == record["fields"]
    assert ingest.matcher.asked[0][0] == "withdraw"


@pytest.mark.parametrize("members", [{"amount": 1300}, None], ids=["correction", "deletion"])
async def test_a_matched_record_is_409_with_its_match_and_the_key_may_be_used_again(
    ingest: Ingest, members: Any
) -> None:
    record = await a_routed_record(ingest)

    async def ask() -> Any:
        if members is None:
            return await delete(ingest, record, key="k")
        return await patch(ingest, record, key="k", **members)

    ingest.matcher.says = REFUSED
    refused = await ask()
    ingest.matcher.says = {"status": "done"}
    taken = await ask()

    assert (refused.status_code, refused.json()["code"]) == (409, "already_matched")
    assert "match 1000" in refused.json()["detail"]
    assert taken.is_success
    assert [one["version"] for one in await versions(ingest, record)] == [1, 2]


async def test_bad_corrections_are_refused_with_their_paths_and_ask_nobody(
    ingest: Ingest,
) -> None:
    record = await a_routed_record(ingest)
    await post(ingest, external_id="inv-2")

    wrong = await patch(ingest, record, amount=None, direction="up", date="05/03/2024")
    unknown = await patch(ingest, record, status="posted", id=5)
    taken = await patch(ingest, record, external_id="inv-2")
    nothing = await ingest.client.patch(f"/internal/records/{record['id']}", json=[])
    nowhere = [await patch(ingest, {"id": 999}, amount=1), await delete(ingest, {"id": 999})]

    assert {one["path"] for one in wrong.json()["errors"]} == {"$.amount", "$.direction", "$.date"}
    assert {one["path"] for one in unknown.json()["errors"]} == {"$.id", "$.status"}
    assert (taken.status_code, taken.json()["code"]) == (422, "external_id_conflict")
    assert [wrong.status_code, unknown.status_code, nothing.status_code] == [422] * 3
    assert [one.status_code for one in nowhere] == [404] * 2
    assert ingest.matcher.asked == []


async def test_what_changes_nothing_is_no_version(ingest: Ingest) -> None:
    record = await a_routed_record(ingest)

    answer = await patch(ingest, record, amount=1250, currency="EUR")

    assert (answer.status_code, answer.json()) == (200, record)
    assert (len(await versions(ingest, record)), ingest.matcher.asked) == (1, [])


async def test_another_currency_has_its_own_decimal_places(ingest: Ingest) -> None:
    record = await a_routed_record(ingest)

    yen = (await patch(ingest, record, currency="jpy")).json()["fields"]
    stated = (await patch(ingest, record, currency="BTC", decimal_places=8)).json()["fields"]

    assert (yen["currency"], yen["exponent"], yen["amount_minor"]) == ("JPY", 0, "1250")
    assert (stated["currency"], stated["exponent"]) == ("BTC", 8)


async def test_a_record_is_found_by_every_external_id_that_it_had(ingest: Ingest) -> None:
    record = await a_routed_record(ingest)

    await patch(ingest, record, external_id="inv-9")

    for name in ("inv-1", "inv-9"):
        page = (await ingest.client.get(f"/internal/records?external_id={name}")).json()["data"]
        assert [one["id"] for one in page] == [record["id"]]
    again = await post(ingest)
    assert (again.status_code, again.json()["id"]) == (200, record["id"])


async def test_the_source_tells_a_record_by_the_external_id_that_a_person_gave_it(
    ingest: Ingest,
) -> None:
    record = await a_routed_record(ingest)
    for name in ("inv-9", "inv-1", "inv-9"):
        await patch(ingest, record, external_id=name)

    again = await post(ingest, external_id="inv-9")
    other = await post(ingest, external_id="inv-9", amount=7)

    assert (again.status_code, again.json()["id"]) == (200, record["id"])
    assert (other.status_code, other.json()["code"]) == (422, "external_id_conflict")
    assert [version for _, _, version in await told(ingest)] == [1, 2, 3, 4]


async def test_what_the_source_repeats_is_skipped_and_what_was_deleted_comes_back(
    ingest: Ingest,
) -> None:
    record = await a_routed_record(ingest)
    await patch(ingest, record, amount=1300)

    repeated = await post(ingest)
    other = await post(ingest, amount=7)
    await delete(ingest, record)
    back = await post(ingest, amount=8)

    assert (repeated.status_code, repeated.json()["version"]) == (200, 2)
    assert (other.status_code, other.json()["code"]) == (422, "external_id_conflict")
    assert (back.status_code, back.json()["id"], back.json()["version"]) == (201, record["id"], 4)
    assert [(kind, version) for kind, _, version in await told(ingest)] == [
        ("record.accepted", 1), ("record.accepted", 2), ("record.withdrawn", 3),
        ("record.accepted", 4),
    ]  # fmt: skip
    progress = await ingest.client.get("/internal/reconciliations/5/progress")
    assert progress.json() == {"accepted": 1, "routed": 1, "backfilling": False}


async def test_a_corrected_record_stays_where_its_import_brought_it(ingest: Ingest) -> None:
    stream = await ingest.make_stream()
    await ingest.route(5, {stream["id"]: "A"})
    rows = "2024-03-01,5.00,EUR,credit,a,\n2024-03-01,6.00,EUR,credit,b,\n"
    batch = (await ingest.upload((HEADER + rows).encode())).json()
    await ingest.loaded(batch["id"])
    path = f"/internal/import_batches/{batch['id']}/records"
    two, one = (await ingest.client.get(path)).json()["data"]

    corrected = (await patch(ingest, one, amount=501)).json()
    await delete(ingest, two)

    assert (corrected["import_batch_id"], corrected["source"]) == (batch["id"], "csv_upload")
    assert (await ingest.client.get(path)).json()["data"] == [corrected]


async def test_a_backfill_sends_of_each_record_what_it_says_now(idle_ingest: Ingest) -> None:
    ingest = idle_ingest
    stream = await ingest.make_stream()
    plain, corrected, gone = [
        (await post(ingest, external_id=name)).json() for name in ("a", "b", "c")
    ]
    await patch(ingest, corrected, amount=1300)
    await delete(ingest, gone)
    await ingest.route(5, {stream["id"]: "A"})
    later = (await post(ingest, external_id="d")).json()
    await patch(ingest, plain, amount=7)  # before its first version is sent
    ingest.tasks.start("backfill", ingest.backfiller.run)

    await settled(ingest, 5)

    assert sorted(await told(ingest)) == sorted([
        ("record.accepted", later["id"], 1), ("record.accepted", plain["id"], 2),
        ("record.accepted", corrected["id"], 2), ("record.withdrawn", gone["id"], 2),
    ])  # fmt: skip
    progress = await ingest.client.get("/internal/reconciliations/5/progress")
    assert progress.json() == {"accepted": 4, "routed": 4, "backfilling": False}


async def test_another_organization_changes_and_sees_nothing(ingest: Ingest) -> None:
    record = await a_routed_record(ingest)
    other = {"tieout-organization": "2"}
    path = f"/internal/records/{record['id']}"

    answers = [
        await ingest.client.patch(path, json={"amount": 1}, headers=other),
        await ingest.client.delete(path, headers=other),
        await ingest.client.get(f"{path}/versions", headers=other),
    ]

    assert [one.status_code for one in answers] == [404] * 3
    assert ingest.matcher.asked == []
