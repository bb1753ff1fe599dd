"""Seed 000, End Close: reconciliation exceptions, by the page's own text."""

from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest

from conformance.conftest import problem_of
from conformance.curl import run_curl
from conformance.seed_pages import Page, read_page
from conformance.shapes import misshapen
from e2e.main_job import Job
from fixtures.public_api import PublicApi

Json = dict[str, Any]
PATH = "/v1/reconciliation_exceptions"
HOST, KEY = "https://api.endclose.com", "<api-key>"
NEVER = 999_999_999
# The page marks one of them; its OpenAPI and ours say it of all.
ONLY_SHOWN = {"filtered_aggregates", "comments", "investigation", "investigation_sessions"}
_numbers = count()
STATUSES = ("open", "investigating", "dismissed", "resolved")


@pytest.fixture(scope="module")
def page(seeds: Path) -> Page:
    return read_page(seeds / "000_105dcdd785ca3296.txt")


@pytest.fixture(scope="module")
def nullable(page: Page) -> set[str]:
    return {name for name, field in page.response.items() if field.may_be_null}


@pytest.fixture
async def fresh(api: PublicApi, request: pytest.FixtureRequest) -> Json:
    """Give the body of a new exception, for a slice that nobody has one of yet."""
    stream = await api.stream(f"s{next(_numbers)}")
    number = await api.reconciliation(request.node.name[:200], side_a=[stream], side_b=[])
    return {"reconciliation_id": str(number), "data_stream_id": str(stream)}


async def test_the_pages_own_command_makes_an_exception(
    api: PublicApi, page: Page, nullable: set[str], fresh: Json
) -> None:
    replaced = {
        HOST: str(api.client.base_url).rstrip("/"),
        KEY: api.organization.api_key,
        '"reconciliation_id": "<string>"': f'"reconciliation_id": "{fresh["reconciliation_id"]}"',
        '"data_stream_id": "<string>"': f'"data_stream_id": "{fresh["data_stream_id"]}"',
    }

    status, told = await run_curl(page.curl, replaced)

    expected = {name: one for name, one in page.answer.items() if name not in ONLY_SHOWN}
    expected.pop("assignees")  # nobody's yet: an empty list
    empty = nullable | {"oldest_at", "newest_at"}  # nothing is overdue yet
    assert status == 201
    assert misshapen(expected, told, nullable=empty) == []
    assert (told["title"], told["description"], told["status"]) == ("<string>", "<string>", "open")
    assert told["assignees"] == []
    assert not ONLY_SHOWN & told.keys()


async def test_the_single_view_has_every_field_of_the_page_with_its_type(
    api: PublicApi, job: Job, page: Page, nullable: set[str]
) -> None:
    raised = await job.mark_overdue("bank-4")
    path = f"{PATH}/{raised['exception_id']}"
    author = (await api.post(f"{path}/comments", {"body": "who am I"}))["author_workos_id"]
    me = int(author.rpartition(":")[2])
    await api.post(f"{path}/comments", {"body": "look at this", "mentions": [me]})
    assigned = await api.client.put(f"{path}/assignees", json={"user_ids": [str(me)]})
    await api.post(f"{path}/investigations", {})

    shown = await api.get(path)

    example = dict(page.answer)
    comment, session = example.pop("comments")[0], example.pop("investigation")
    (sessions,) = example.pop("investigation_sessions")
    assert sessions == session
    score, suggested = session.pop("confidence_score"), session.pop("suggested_record_ids")
    described = {"description"}  # the sweeper's has none: left out
    wanted = {name: one for name, one in example.items() if name not in described}
    assert misshapen(wanted, shown, nullable=nullable) == []
    first, second = shown["comments"]
    assert misshapen(comment, second) == []
    assert first.keys() == comment.keys()
    assert [misshapen(session, one) for one in shown["investigation_sessions"]] == [[]]
    assert shown["investigation"] == shown["investigation_sessions"][0]
    assert isinstance(shown["investigation"]["confidence_score"], float | type(score))
    assert all(
        isinstance(one, type(suggested[0]))
        for one in shown["investigation"]["suggested_record_ids"]
    )
    assert assigned.json()["assignees"] == shown["assignees"]
    assert page.response.keys() - described <= shown.keys()
    assert shown["filtered_aggregates"] == shown["aggregates"]


async def test_comments_come_oldest_first_and_five_sessions_newest_first(
    api: PublicApi, fresh: Json
) -> None:
    path = f"{PATH}/{(await api.post(PATH, fresh))['id']}"
    for number in range(6):
        await api.post(f"{path}/comments", {"body": f"comment {number}"})
        await api.post(f"{path}/investigations", {})

    shown = await api.get(path)

    assert [one["body"] for one in shown["comments"]] == [f"comment {n}" for n in range(6)]
    sessions = [one["id"] for one in shown["investigation_sessions"]]
    assert len(sessions) == 5
    assert sessions == sorted(sessions, reverse=True)


async def test_what_is_left_out_has_the_pages_defaults(
    api: PublicApi, page: Page, fresh: Json
) -> None:
    made = await api.post(PATH, fresh)

    assert page.body["status"].default == page.response["status"].default == made["status"]
    assert page.response["decimal_places"].default == str(made["decimal_places"])
    assert made["title"] == f"{made['data_stream_name']} — overdue records"
    assert "description" not in made


@pytest.mark.parametrize("status", STATUSES)
async def test_every_status_of_the_page_is_accepted(
    api: PublicApi, page: Page, fresh: Json, status: str
) -> None:
    made = await api.post(PATH, fresh | {"status": status})

    is_live = status in {"open", "investigating"}
    assert set(page.body["status"].options) == set(STATUSES)
    assert made["status"] == status
    assert ((made["opened_at"] is None), (made["closed_at"] is None)) == (not is_live, is_live)


@pytest.mark.parametrize("status", ["OPEN", "closed", "", None, 1, ["open"]])
async def test_every_other_status_is_422(api: PublicApi, fresh: Json, status: object) -> None:
    made = await api.post(PATH, fresh)

    answers = [
        await api.client.post(PATH, json=fresh | {"status": status}),
        await api.client.patch(f"{PATH}/{made['id']}", json={"status": status}),
    ]

    assert [problem_of(one) for one in answers] == [(422, "validation_failed", ["$.status"])] * 2


async def test_what_the_page_requires_is_required(api: PublicApi, page: Page, fresh: Json) -> None:
    required = {name for name, field in page.body.items() if field.required}

    answers = {
        name: await api.client.post(PATH, json={k: v for k, v in fresh.items() if k != name})
        for name in required
    }

    assert required == fresh.keys()
    for name, answer in answers.items():
        assert problem_of(answer) == (422, "validation_failed", [f"$.{name}"])


@pytest.mark.parametrize("number", ["<string>", "", "1.5", 1.5, True, None, -1, "0", 2**60, []])
async def test_what_is_no_identifier_is_422(api: PublicApi, fresh: Json, number: object) -> None:
    answers = {name: await api.client.post(PATH, json=fresh | {name: number}) for name in fresh}

    for name, answer in answers.items():
        assert problem_of(answer) == (422, "validation_failed", [f"$.{name}"])


@pytest.mark.parametrize(
    ("member", "value"),
    [("title", ""), ("title", "x" * 501), ("title", 1), ("description", 1),
     ("description", "x" * 10_001), ("priority", 1)],
)  # fmt: skip
async def test_a_bad_field_is_422_with_its_path(
    api: PublicApi, fresh: Json, member: str, value: object
) -> None:
    answer = await api.client.post(PATH, json=fresh | {member: value})

    assert problem_of(answer) == (422, "validation_failed", [f"$.{member}"])


async def test_every_documented_status_code_is_answered(
    api: PublicApi, nobody: httpx2.AsyncClient, fresh: Json
) -> None:
    made = await api.client.post(PATH, json=fresh)
    number = made.json()["id"]
    other_stream = await api.stream("not-of-it")

    answers = {
        "no key": await nobody.post(PATH, json=fresh),
        "unknown reconciliation": await api.client.post(
            PATH, json=fresh | {"reconciliation_id": NEVER}
        ),
        "unknown stream": await api.client.post(PATH, json=fresh | {"data_stream_id": NEVER}),
        "a stream outside": await api.client.post(
            PATH, json=fresh | {"data_stream_id": other_stream}
        ),
        "a second live one": await api.client.post(PATH, json=fresh),
        "unknown exception": await api.client.get(f"{PATH}/{NEVER}"),
        "changed": await api.client.patch(f"{PATH}/{number}", json={"status": "resolved"}),
        "deleted": await api.client.delete(f"{PATH}/{number}"),
        "deleted before": await api.client.delete(f"{PATH}/{number}"),
    }

    assert made.status_code == 201
    assert {name: one.status_code for name, one in answers.items()} == {
        "no key": 401, "unknown reconciliation": 404, "unknown stream": 404,
        "a stream outside": 422, "a second live one": 422, "unknown exception": 404,
        "changed": 200, "deleted": 204, "deleted before": 404,
    }  # fmt: skip
    assert problem_of(answers["a second live one"])[1] == "bucket_exists"
    assert problem_of(answers["a stream outside"])[2] == ["$.data_stream_id"]
    assert answers["deleted"].content == b""


async def test_reopening_clears_closed_at_and_moves_opened_at(api: PublicApi, fresh: Json) -> None:
    made = await api.post(PATH, fresh)
    path = f"{PATH}/{made['id']}"

    closed = (await api.client.patch(path, json={"status": "resolved"})).json()
    reopened = (await api.client.patch(path, json={"status": "open"})).json()
    looked_at = (await api.client.patch(path, json={"status": "investigating"})).json()

    assert closed["closed_at"] is not None
    assert closed["opened_at"] == made["opened_at"]
    assert reopened["closed_at"] is None
    assert reopened["opened_at"] > made["opened_at"]
    assert looked_at["opened_at"] == reopened["opened_at"]


async def test_lists_filter_by_reconciliation_and_status(api: PublicApi, fresh: Json) -> None:
    made = await api.post(PATH, fresh | {"status": "dismissed"})
    own = {"reconciliation_id": fresh["reconciliation_id"]}

    pages = {status: await api.get(PATH, **own, status=status, limit=1) for status in STATUSES}

    assert {status: [one["id"] for one in told["data"]] for status, told in pages.items()} == {
        "open": [], "investigating": [], "dismissed": [made["id"]], "resolved": [],
    }  # fmt: skip
    assert all(told.keys() == {"data", "has_more", "offset"} for told in pages.values())
    for limit in (0, 101):
        answer = await api.client.get(PATH, params={"limit": limit})
        assert problem_of(answer)[0] == 422
