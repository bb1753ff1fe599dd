"""A camt file whose structure is wrong is refused whole, and leaves nothing but its batch."""

from pathlib import Path

import asyncpg
import pytest

from fixtures.public_api import PublicApi, until
from fixtures.stack import RunningStack
from fixtures.tenant_tables import count_rows
from unit.ingest.camt_files import camt, detail, entry

GOOD = camt(entry("10.00"), entry("20.00"))
# name → the file, the code it is refused with, and words that lead a person to the place.
REFUSED = {
    "a DOCTYPE": (
        GOOD.replace("<Document", '<!DOCTYPE Document [<!ENTITY a "b">]>\n<Document', 1),
        "doctype_forbidden",
        ["DOCTYPE"],
    ),
    "cut in its last entry": (GOOD[: GOOD.rindex("<BookgDt>")], "not_well_formed", ["line 7"]),
    "another root": (
        GOOD.replace("<Document", "<Envelope").replace("</Document", "</Envelope"),
        "not_a_camt_message",
        ["Envelope/BkToCstmrStmt", "Document"],
    ),
    "another message": (
        GOOD.replace("BkToCstmrStmt", "CstmrCdtTrfInitn"),
        "not_a_camt_message",
        ["Document/CstmrCdtTrfInitn"],
    ),
    "details that do not sum": (
        camt(entry("10.00"), entry("20.00", details=detail("12.00") + detail("7.99"))),
        "details_do_not_sum",
        ["Stmt[1]/Ntry[2]/NtryDtls", "line 7", "19.99", "20.00"],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_it_is_refused_and_leaves_nothing_behind(
    api: PublicApi, stack: RunningStack, name: str
) -> None:
    content, code, place = REFUSED[name]
    key = name.replace(" ", "-")
    stream = await api.stream(key)
    routes = (await _rows(stack, api))["ingest.route"]
    await api.reconciliation(name, side_a=[stream], side_b=[])
    before = await until(lambda: _rows(stack, api), lambda rows: rows["ingest.route"] == routes + 1)
    spooled = _spooled(stack)

    begun = await api.upload(key, f"{name}.xml", content)
    batch = await api.imported(begun.id)

    assert batch.error is not None
    assert (batch.status, batch.error.code) == ("failed", code)
    assert [word for word in place if word not in batch.error.message] == []
    counts = ("rows_read", "accepted", "skipped", "rejected", "record_count", "imported")
    assert [getattr(batch, count) for count in counts] == [0] * len(counts)
    assert await api.all_of("/v1/records", data_stream_key=key) == []
    after = await _rows(stack, api)
    assert {table: after[table] - before[table] for table in after} == {
        **dict.fromkeys(after, 0),
        "ingest.import_batch": 1,
        "ingest.outbox": 1,  # the audit is told that somebody tried
    }
    assert _spooled(stack) == spooled


async def test_the_repaired_file_goes_in_whole_under_the_same_key(api: PublicApi) -> None:
    stream = await api.stream("repaired")
    reconciliation = await api.reconciliation("repaired", side_a=[stream], side_b=[])
    path, headers = "/v1/data_streams/repaired/imports", {"x-idempotency-key": "september"}

    refused = await api.client.post(path, files={"file": ("a.xml", GOOD[:-9])}, headers=headers)
    failed = await api.imported(refused.json()["id"])
    taken = await api.client.post(path, files={"file": ("a.xml", GOOD)}, headers=headers)
    batch = await api.imported(taken.json()["id"])
    again = await api.client.post(path, files={"file": ("a.xml", GOOD)}, headers=headers)

    assert failed.status == "failed"
    assert (batch.status, batch.accepted) == ("completed", 2)
    assert (await api.decided(reconciliation, 2)).unmatched == 2
    assert again.headers["x-idempotency-replayed"] == "true"
    assert again.json()["id"] == batch.id != failed.id


async def _rows(stack: RunningStack, api: PublicApi) -> dict[str, int]:
    connection = await asyncpg.connect(stack.postgres_url)
    try:
        return await count_rows(
            connection, "ingest", organization_id=api.organization.organization_id
        )
    finally:
        await connection.close()


def _spooled(stack: RunningStack) -> set[Path]:
    """Return what lies in the spools; also what other tests of this stack left to its cleaning."""
    folders = stack.local.plan.data.glob("spool-*")
    return {path for folder in folders for path in folder.rglob("*") if path.is_file()}
