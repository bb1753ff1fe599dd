"""Statements as they were loaded, held against the records that they brought or met."""

from typing import Any

from unit.ingest.camt_files import balance, camt, entry

from .conftest import Ingest

Json = dict[str, Any]
DAYS = "/internal/balance_days"


async def load(ingest: Ingest, content: str, key: str = "bank") -> Json:
    begun = await ingest.upload(content.encode(), key=key)
    batch = await ingest.loaded(begun.json()["id"])
    assert batch["status"] == "completed", batch
    return batch


async def ask(ingest: Ingest, **params: Any) -> Json:
    answer = await ingest.client.get(DAYS, params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def a_day(opening: str, closing: str, *entries: str, day: str = "2024-05-02") -> str:
    balances = balance("OPBD", opening, day=day) + balance("CLBD", closing, day=day)
    return camt(*entries, balances=balances)


def numbered(reference: str, amount: str = "10.00", **more: Any) -> str:
    return entry(amount, more=f"<AcctSvcrRef>{reference}</AcctSvcrRef>", **more)


async def test_a_statement_is_proven_by_its_booked_records_and_lists_them(ingest: Ingest) -> None:
    stream = await ingest.make_stream()
    pending = numbered("p-1", "99.00", status="<Sts>PDNG</Sts>")
    await load(
        ingest,
        a_day("100.00", "103.50", numbered("a"), numbered("b", "6.50", direction="DBIT"), pending),
    )

    (day,) = (await ask(ingest, side_a_stream_ids=[stream["id"]]))["data"]

    (side,) = day["sides"]
    (statement,) = side["statements"]
    assert (day["account"], day["currency"], day["day"], day["exponent"]) == (
        "ACCOUNT-1", "EUR", "2024-05-02", 2,
    )  # fmt: skip
    names = ("opening", "records", "closing", "difference", "proven")
    assert [side[name] for name in names] == ["10000", "350", "10350", "0", True]
    assert [statement[name] for name in names] == ["10000", "350", "10350", "0", True]
    assert (statement["booked"], statement["record_count"], len(statement["record_ids"])) == (
        "350", 2, 2,
    )  # fmt: skip
    listed = await ingest.client.get(
        f"/internal/import_batches/{statement['import_batch_id']}/statements/1/records",
        params={"limit": 1},
    )
    assert [one["record_id"] for one in listed.json()["data"]] == statement["record_ids"][:1]
    assert listed.json()["next_cursor"] == str(statement["record_ids"][0])


async def test_records_of_an_earlier_file_are_part_of_a_later_statement_and_counted_once_a_day(
    ingest: Ingest,
) -> None:
    stream = await ingest.make_stream()
    await load(ingest, a_day("100", "110", numbered("a")))
    await load(ingest, a_day("100", "120", numbered("a"), numbered("b")))

    (day,) = (await ask(ingest, side_a_stream_ids=[stream["id"]]))["data"]

    (side,) = day["sides"]
    assert [one["record_count"] for one in side["statements"]] == [1, 2]
    assert [one["proven"] for one in side["statements"]] == [True, True]
    assert [one["gap"] for one in side["statements"]] == [None, None]
    assert (side["records"], side["record_count"], side["proven"]) == ("2000", 2, True)


async def test_a_row_that_was_refused_and_a_record_that_was_spoiled_are_seen(
    ingest: Ingest,
) -> None:
    stream = await ingest.make_stream()
    await load(ingest, a_day("0", "20", numbered("a"), numbered("b")))
    await load(ingest, a_day("20", "41", numbered("c", "10.001"), numbered("d"), day="2024-05-03"))

    first, second = (await ask(ingest, side_a_stream_ids=[stream["id"]]))["data"]

    assert [first["sides"][0][name] for name in ("difference", "proven")] == ["0", True]
    refused = second["sides"][0]["statements"][0]
    assert (refused["booked"], refused["records"], second["exponent"]) == ("20001", "10000", 3)
    assert (refused["difference"], refused["balance_check"]) == ("-11000", "differs by -0.999")

    await ingest.worker.execute(
        "UPDATE record SET fields = replace(convert_from(fields, 'UTF8'), '\"1000\"', '\"1001\"')"
        "::bytea WHERE id = (SELECT min(id) FROM record)"
    )
    spoiled, _ = (await ask(ingest, side_a_stream_ids=[stream["id"]]))["data"]
    assert [spoiled["sides"][0][name] for name in ("difference", "proven")] == ["1", False]


async def test_a_gap_between_statements_is_shown_at_the_later_one(ingest: Ingest) -> None:
    stream = await ingest.make_stream()
    first = await load(ingest, a_day("100", "110", numbered("a")))
    await load(ingest, a_day("111", "121", numbered("b"), day="2024-05-03"))

    days = (await ask(ingest, side_a_stream_ids=[stream["id"]]))["data"]

    assert [one["sides"][0]["proven"] for one in days] == [True, True]
    assert [one["sides"][0]["statements"][0]["gap"] for one in days] == [
        None,
        {"import_batch_id": first["id"], "statement": 1, "closing": "11000", "difference": "100"},
    ]


async def test_notifications_of_the_other_side_prove_the_days_balances(ingest: Ingest) -> None:
    reports = await ingest.make_stream("reports")
    notices = await ingest.make_stream("notices")
    await load(ingest, a_day("100", "130", numbered("total", "30")), key="reports")
    late = numbered("z", "5", booked="<BookgDt><Dt>2024-05-09</Dt></BookgDt>")
    await load(ingest, camt(numbered("x", "15"), numbered("y", "10"), late), key="notices")
    sides = {"side_a_stream_ids": [reports["id"]], "side_b_stream_ids": [notices["id"]]}

    (same,) = (await ask(ingest, **sides))["data"]
    (opposite,) = (await ask(ingest, **sides, sign_mode="opposite"))["data"]

    names = ("side", "proven", "proven_by_other_side", "other_difference")
    assert [[one[name] for name in names] for one in same["sides"]] == [
        ["A", True, True, "0"],
        ["B", None, None, None],
    ]
    assert opposite["sides"][0]["other_difference"] == "-6000"


async def test_days_are_paged_filtered_and_shown_as_of_a_time(ingest: Ingest) -> None:
    stream = await ingest.make_stream()
    batches = [
        await load(ingest, a_day("0", "10", numbered(day), day=f"2024-05-0{day}"))
        for day in ("1", "2", "3")
    ]
    own = {"side_a_stream_ids": [stream["id"]]}

    first = await ask(ingest, **own, limit=2)
    second = await ask(ingest, **own, limit=2, cursor=first["next_cursor"])
    then = await ask(ingest, **own, as_of=batches[1]["completed_at"])
    middle = await ask(ingest, **own, date_from="2024-05-02", date_to="2024-05-02")
    elsewhere = await ask(ingest, **own, account="ACCOUNT-9")

    def days(answer: Json) -> list[str]:
        return [one["day"] for one in answer["data"]]

    assert days(first) + days(second) == ["2024-05-01", "2024-05-02", "2024-05-03"]
    assert second["next_cursor"] is None
    assert days(then) == ["2024-05-01", "2024-05-02"]
    assert days(middle) == ["2024-05-02"]
    assert middle["data"][0]["sides"][0]["statements"][0]["gap"]["difference"] == "-1000"
    assert days(elsewhere) == []


async def test_a_cursor_of_another_list_is_refused(ingest: Ingest) -> None:
    answer = await ingest.client.get(DAYS, params={"cursor": "WzFd"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == "$.cursor"
