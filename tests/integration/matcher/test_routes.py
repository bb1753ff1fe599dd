"""The internal routes: shapes of docs/internal-http.md, idempotency, pages, reasons."""

from typing import Any

import pytest

from integration.matcher.checker import check, matched_pairs
from integration.matcher.service import Service, path_of
from integration.matcher.world import World, arrive
from tieout_contracts.record import Side
from unit.matcher.builders import a_leaf

FILTERS = {"rules": [a_leaf("external_id")]}


async def test_a_reconciliation_is_made_shown_and_listed(service: Service) -> None:
    body = {"name": "Bank", "timezone": "Europe/Berlin", "sign_mode": "opposite",
            "side_a_stream_ids": [1], "side_b_stream_ids": [2, 3]}  # fmt: skip

    made = await service.call("POST", "/reconciliations", json=body)
    others = [await service.call("POST", "/reconciliations", json={"name": n}) for n in "bc"]

    shown = made.json()
    assert made.status_code == 201
    assert made.headers["x-idempotency-replayed"] == "false"
    assert {name: shown[name] for name in ("name", "timezone", "sign_mode", "run_type")} == {
        "name": "Bank", "timezone": "Europe/Berlin", "sign_mode": "opposite",
        "run_type": "continuous",
    }  # fmt: skip
    assert shown["streams"] == [
        {"stream_id": 1, "side": "A"}, {"stream_id": 2, "side": "B"}, {"stream_id": 3, "side": "B"}
    ]  # fmt: skip
    assert (shown["version"], shown["created_at"]) == (1, "2026-03-02T12:00:00Z")
    assert await service.get(f"/reconciliations/{shown['id']}") == shown
    page = await service.get("/reconciliations?limit=2")
    assert page["data"][0] == shown
    rest = await service.get(f"/reconciliations?limit=2&cursor={page['next_cursor']}")
    assert [one["id"] for one in rest["data"]] == [others[1].json()["id"]]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "$.name"),
        ({"name": "a\x00b"}, "$.name"),
        ({"name": "x", "timezone": "Mars/Olympus"}, "$.timezone"),
        ({"name": "x", "timezone": "../etc/passwd"}, "$.timezone"),
        ({"name": "x", "colour": 1}, "$.colour"),
        ({"name": "x", "side_a_stream_ids": [2**60]}, "$.side_a_stream_ids[0]"),
        ({"name": "x", "side_b_stream_ids": [1, 77]}, "$.side_b_stream_ids[1]"),
        ({"name": "x", "run_type": "sometimes"}, "$.run_type"),
        ({"name": "x", "side_a_stream_ids": [1], "side_b_stream_ids": [1]}, "$"),
    ],
)
async def test_a_wrong_reconciliation_is_422_with_its_place(
    service: Service, body: dict[str, Any], path: str
) -> None:
    answered = await service.call("POST", "/reconciliations", json=body)

    assert answered.status_code == 422
    assert [error["path"] for error in answered.json()["errors"]] == [path]
    assert answered.headers["content-type"] == "application/problem+json"


async def test_an_idempotency_key_has_one_effect_and_one_answer(
    world: World, service: Service
) -> None:
    body = {"name": "Once"}

    first = await service.call("POST", "/reconciliations", json=body, key="k")
    again = await service.call("POST", "/reconciliations", json=body, key="k")
    other = await service.call("POST", "/reconciliations", json={"name": "Else"}, key="k")

    assert (first.content, again.headers["x-idempotency-replayed"]) == (again.content, "true")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(await world.rows("SELECT 1 FROM reconciliation")) == 1


async def test_entries_say_why_they_are_open(world: World, service: Service) -> None:
    key = await world.with_rule()
    await arrive(
        world, key, (1, "A", "x"), (2, "B", "x"), (3, "A", "y"), (4, "A", ""), (5, "B", "z")
    )
    await world.mark(key, 5, stream_id=2)

    page = await service.get(path_of(key, "/entries"))

    shown = {one["record_id"]: one for one in page["data"]}
    assert [shown[n].get("reason", {}).get("code") for n in range(1, 6)] == [
        None, None, "expected_until", "no_candidate", "overdue",
    ]  # fmt: skip
    assert [one["record_id"] for one in shown[1]["matched"]] == [2]
    assert shown[1]["matched"][0]["fields"]["external_id"] == "x"
    assert (shown[1]["status"], shown[3]["status"]) == ("matched", "unmatched")
    assert shown[3]["fields"]["amount_minor"] == "1000"
    assert await service.get(path_of(key, "/entries/3")) == shown[3]
    await world.rule(key, a_leaf("reference"))
    waiting = await service.get(path_of(key, "/entries/3"))
    assert waiting["reason"]["code"] == "rekeying"


async def test_entries_are_filtered_and_paged_without_gaps(world: World, service: Service) -> None:
    key = await world.with_rule()
    names: list[tuple[int, Side, str]] = [
        (100 - n, "AB"[n % 2], f"x{n // 2 if n < 20 else n}")
        for n in range(60)  # type: ignore[misc]
    ]
    await arrive(world, key, *names)
    for record in (41, 43):
        await world.mark(key, record)

    async def ids(query: str) -> list[int]:
        found, cursor = [], "0"
        while cursor is not None:
            page = await service.get(path_of(key, f"/entries?limit=7&cursor={cursor}&{query}"))
            found += [one["record_id"] for one in page["data"]]
            cursor = page["next_cursor"]
        assert len(found) == len(set(found))
        return found

    matched = {100 - n for n in range(20)}
    waiting = [100 - n for n in range(20, 60)]
    assert await ids("") == sorted(record for record, _, _ in names)
    assert await ids("status=matched") == sorted(matched)
    assert await ids("status=unmatched") == waiting  # in the order in which they came
    assert await ids("status=unmatched&side=A") == waiting[::2]
    assert await ids("stream_id=2&status=matched") == sorted(matched)[::2]
    assert set(await ids("overdue=true")) == {41, 43}
    assert set(await ids("status=unmatched&overdue=true")) == {41, 43}
    assert set(await ids("status=unmatched&overdue=false")) == set(waiting) - {41, 43}
    assert await ids("record_ids=50,99,7777") == [50, 99]
    assert await ids("record_ids=50,99&status=unmatched") == [50]


async def test_marking_over_http(world: World, service: Service) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "x"), (3, "A", "y"))

    def mark(record: int, body: dict[str, Any], **given: Any) -> Any:
        return service.call("POST", path_of(key, f"/records/{record}/mark_overdue"), json=body,
                            **given)  # fmt: skip

    now = await mark(3, {}, key="m")
    again = await mark(3, {}, key="m")
    later = await mark(50, {"overdue_at": "2026-05-01T00:00:00+02:00"})
    refused = [await mark(1, {}), await mark(5000, {}), await mark(3, {"overdue_at": "soon"}),
               await mark(3, {"overdue_at": "2026-05-01T00:00:00"}),
               await mark(3, {"overdue_at": "0001-01-01T00:00:00+14:00"})]  # fmt: skip

    assert (now.status_code, now.json()["reason"]["code"]) == (200, "overdue")
    assert (again.content, again.headers["x-idempotency-replayed"]) == (now.content, "true")
    assert (await mark(51, {})).json()["overdue_at"] == "2026-03-02T12:00:00Z"
    assert later.json()["reason"]["code"] == "not_arrived"
    assert later.json()["overdue_at"] == "2026-04-30T22:00:00Z"
    assert [one.status_code for one in refused] == [409, 404, 422, 422, 422]
    assert refused[0].json()["code"] == "already_matched"
    await check(world, key)


async def test_matches_are_listed_shown_and_revoked(world: World, service: Service) -> None:
    key = await world.with_rule()
    for n in range(3):
        await arrive(world, key, (10 + n, "A", f"x{n}"), (20 + n, "B", f"x{n}"))
    other = await world.with_rule()

    page = await service.get(f"/matches?reconciliation_id={key[1]}&limit=2")
    rest = await service.get(f"/matches?reconciliation_id={key[1]}&limit=2&offset=2")
    first = page["data"][0]
    revoked = await service.call("DELETE", f"/matches/{first['id']}", json={"reason": "wrong"})

    assert (page["has_more"], page["total_count"], rest["has_more"]) == (True, 3, False)
    assert (first["status"], first["kind"], first["record_count"]) == ("accepted", "exact", 2)
    assert [one["record_id"] for one in first["members"]] == [10, 20]
    assert [one["side"] for one in first["members"]] == ["A", "B"]
    assert (first["adjustments"], first["operation_id"], first["revoked_at"]) == ([], None, None)
    assert (revoked.status_code, revoked.content) == (204, b"")
    assert (await service.call("DELETE", f"/matches/{first['id']}")).status_code == 204
    shown = await service.get(f"/matches/{first['id']}")
    assert (shown["status"], shown["revoked_at"]) == ("revoked", "2026-03-02T12:00:00Z")
    assert (await service.get("/matches?status=revoked"))["total_count"] == 1
    assert (await service.get(f"/matches?reconciliation_id={other[1]}"))["data"] == []
    assert (await service.call("DELETE", "/matches/5", json={"reason": "\x00"})).status_code == 422
    assert await matched_pairs(world, key) == {(11, 21), (12, 22)}


async def test_commands_of_the_exceptions_service(world: World, service: Service) -> None:
    key = await world.with_rule()
    await arrive(world, key, (1, "A", "x"), (2, "B", "y"))
    body = {"reconciliation_id": key[1], "record_id": 1, "counterpart_record_ids": [2]}

    claimed = await service.call("POST", "/overdue/claim", json={"until": "2027-01-01T00:00:00Z"})
    alone = {"reconciliation_id": key[1], "record_id": 1, "residual_treatment": "carry"}
    carry = await service.call("PUT", "/operations/8/force-match", json=alone)
    done = await service.call("PUT", "/operations/9/force-match", json=body)
    again = await service.call("PUT", "/operations/9/force-match", json=body)
    kept = await service.call("PUT", "/operations/9/cancel", json={"reconciliation_id": key[1]})
    gone = await service.call("PUT", "/operations/10/cancel", json={"reconciliation_id": key[1]})
    span = {"reconciliation_id": key[1], "from_seq": 2, "to_seq": 3}
    resent = await service.call("POST", "/outcomes/resend", json=span)

    assert claimed.json() == {"claimed": 2}
    assert (carry.json()["status"], carry.json()["code"]) == ("refused", "side_missing")
    assert done.json()["status"] == "done"
    assert done.content == again.content == kept.content
    assert gone.json() == {"status": "cancelled"}
    assert resent.json() == {"resent": 2}
    progress = await service.get(path_of(key, "/progress"))
    assert progress == {"decided": 2, "matched": 2, "unmatched": 0, "ended": 0, "overdue": 0,
                        "seq": 5, "rekeying": False, "stream_ids": [1, 2]}  # fmt: skip
    await check(world, key)
