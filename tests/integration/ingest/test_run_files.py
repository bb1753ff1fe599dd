"""Source files of runs: loaded once, answered when they are applied, deleted with their records."""

from typing import Any

import httpx2
import pytest

from integration.ingest.conftest import Ingest

ROWS = b"date,amount,currency,direction\n2026-01-05,12.34,EUR,credit\n2026-01-06,1,EUR,debit\n"
CAMT_054 = b"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02">
<BkToCstmrDbtCdtNtfctn>
<GrpHdr><MsgId>1</MsgId></GrpHdr><Ntfctn><Id>1</Id></Ntfctn>
</BkToCstmrDbtCdtNtfctn></Document>"""
RUN = "/internal/ledger_runs/9"


@pytest.fixture
async def run(ingest: Ingest) -> Ingest:
    """Give ingest with the stream of an open run 9."""
    made = await ingest.client.post("/internal/streams", json={"key": "bank", "name": "bank"})
    assert made.status_code == 201, made.text
    ingest.matcher.runs = {9: "pending", 10: "closed"}
    return ingest


async def upload(
    run: Ingest, content: bytes = ROWS, *, name: str = "a.csv", path: str = RUN, **given: Any
) -> httpx2.Response:
    files = {"file": (name, content)}
    return await run.client.post(f"{path}/imports", files=files, **given)


async def test_an_upload_is_answered_when_the_matcher_has_all_of_it(run: Ingest) -> None:
    run.matcher.waits = [2, 1, 0]

    answer = await upload(run)

    assert answer.status_code == 201, answer.text
    assert run.matcher.waits == []
    told = answer.json()
    assert (told["imported"], told["duplicate"], told["file"]["run_id"]) == (2, False, 9)


async def test_a_key_in_the_form_serves_as_the_header_does(run: Ingest) -> None:
    first = await upload(run, data={"idempotency_key": "k"})
    again = await upload(run, headers={"x-idempotency-key": "k"})
    two = await upload(run, data={"idempotency_key": "k"}, headers={"x-idempotency-key": "l"})
    bad = await upload(run, data={"idempotency_key": "\u00e4"})
    other = await upload(run, ROWS + b"2026-01-07,1,EUR,debit\n", data={"idempotency_key": "k"})

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["x-idempotency-replayed"] == "true"
    assert [(one.status_code, one.json()["code"]) for one in (two, bad)] == [
        (400, "invalid_idempotency_key")
    ] * 2
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_the_same_file_again_adds_nothing_and_names_the_first(run: Ingest) -> None:
    first = await upload(run)

    again = await upload(run, name="b.csv")

    assert (again.status_code, again.json()["imported"]) == (200, 0)
    assert again.json()["file"]["id"] == first.json()["file"]["id"]


@pytest.mark.parametrize(
    ("content", "code"), [(b"<Document><x/></Document>", None), (CAMT_054, "unsupported_format")]
)
async def test_a_file_that_is_no_statement_is_refused_and_listed(
    run: Ingest, content: bytes, code: str | None
) -> None:
    refused = await upload(run, content, name="a.xml")
    listed = (await run.client.get(f"{RUN}/imports")).json()

    assert refused.status_code == 422
    assert code in (None, refused.json()["code"])
    assert [(one["status"], one["error"]["code"]) for one in listed["data"]] == [
        ("failed", refused.json()["code"])
    ]


async def test_an_unknown_run_is_404_and_a_closed_one_409(run: Ingest) -> None:
    unknown = await upload(run, path="/internal/ledger_runs/8")
    closed = await upload(run, path="/internal/ledger_runs/10")

    assert (unknown.status_code, closed.status_code) == (404, 409)
    assert closed.json()["code"] == "run_closed"


async def test_a_deleted_file_takes_its_records_along_and_may_come_again(run: Ingest) -> None:
    file_id = (await upload(run)).json()["file"]["id"]
    path = f"/internal/import_batches/{file_id}/record_ids"
    records = (await run.client.get(path)).json()["record_ids"]
    run.matcher.items = {file_id: records}
    headers = {"x-idempotency-key": "k"}

    deleted = await run.client.delete(f"{RUN}/imports/{file_id}", headers=headers)
    again = await run.client.delete(f"{RUN}/imports/{file_id}", headers=headers)
    without = await run.client.delete(f"{RUN}/imports/{file_id}")

    assert [one.status_code for one in (deleted, again, without)] == [204, 204, 404]
    assert again.headers["x-idempotency-replayed"] == "true"
    assert run.matcher.forgotten == [file_id]
    assert {(await run.client.get(f"/internal/records/{one}")).status_code for one in records} == {
        404
    }
    assert (await run.client.get(f"{RUN}/imports")).json()["total"] == 0
    back = await upload(run)
    assert (back.status_code, back.json()["imported"]) == (201, 2)
    assert (
        await run.client.get(path.replace(str(file_id), str(back.json()["file"]["id"])))
    ).json()["record_ids"] == records


async def test_a_file_with_a_matched_entry_stays(run: Ingest) -> None:
    file_id = (await upload(run)).json()["file"]["id"]
    run.matcher.held = {file_id}

    refused = await run.client.delete(f"{RUN}/imports/{file_id}")
    strange = await run.client.delete(f"/internal/ledger_runs/10/imports/{file_id}")

    assert (refused.status_code, refused.json()["code"]) == (409, "already_matched")
    assert strange.status_code == 404
    assert (await run.client.get(f"{RUN}/imports")).json()["total"] == 1


async def test_entries_are_added_all_or_none(run: Ingest) -> None:
    path = "/internal/streams/bank/entries"
    good = {"amount": 1234, "currency": "EUR", "direction": "credit", "date": "2026-01-05"}
    named = good | {"external_id": "x"}

    first = await run.client.post(path, json={"entries": [good, named]})
    again = await run.client.post(path, json={"entries": [named]})
    mixed = await run.client.post(path, json={"entries": [good | {"amount": 1.5}, {"date": "no"}]})
    other = await run.client.post(path, json={"entries": [good, named | {"amount": 1}]})

    assert (first.status_code, again.status_code) == (201, 200)
    assert [one["duplicate"] for one in first.json()["entries"]] == [False, False]
    assert again.json()["entries"][0] == first.json()["entries"][1] | {"duplicate": True}
    paths = {one["path"] for one in mixed.json()["errors"]}
    assert {"$.entries[0].amount", "$.entries[1].amount", "$.entries[1].date"} <= paths
    assert (other.status_code, other.json()["code"]) == (422, "external_id_conflict")
    assert await run.worker.fetchval("SELECT count(*) FROM record") == 2
