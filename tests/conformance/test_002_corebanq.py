"""Corebanq, held against its own page: seed 002."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest

from conformance.corebanq_page import CorebanqPage
from fixtures.openapi import DOCUMENT
from fixtures.public_api import PublicApi, until

ROUTES = 22
RUNS = "/v1/ledgers/reconciliation/runs"
CSV = "date,amount,currency,direction\n2026-01-05,12.34,EUR,credit\n2026-01-06,1,EUR,debit\n"
# What the page calls an enumeration → the member of an answer that shows it.
SHOWN_IN = {
    "Run status": ("LedgerRun", "status"),
    "Run mode": ("LedgerRun", "mode"),
    "Source file format": ("SourceFile", "format"),
    "Source file status": ("SourceFile", "status"),
    "Match status": ("LedgerMatch", "status"),
    "Source entry match status": ("Item", "status"),
    "Discrepancy status": ("Discrepancy", "status"),
    "Discrepancy severity": ("Discrepancy", "severity"),
}
FILTERED = {
    "matches": "Match status",
    "items": "Source entry match status",
    "discrepancies": "Discrepancy status",
}
WRONG = {"a number": 7, "an object": {"a": 1}, "a list": [1]}
Json = dict[str, Any]


@pytest.fixture(scope="session")
def page(seeds: Path) -> CorebanqPage:
    (found,) = seeds.glob("002_*.txt")
    return CorebanqPage.read(found)


class Ground:
    """A ledger with a run that has a file, and an entry of the general ledger."""

    def __init__(self, api: PublicApi, ids: dict[str, str]) -> None:
        self.api = api
        self.ids = ids

    def address(self, path: str) -> str:
        for name, value in self.ids.items():
            path = path.replace(f"{{{name}}}", value)
        return path

    def body(self, shown: Json) -> Json:
        """Put real identifiers into a body of the page."""
        named = {
            "ledger_id": self.ids["id"],
            "source_entry_ids": [self.ids["itemID"]],
            "ledger_entry_ids": [self.ids["general"]],
        }
        return shown | {name: value for name, value in named.items() if name in shown}

    async def ask(self, method: str, path: str, **content: Any) -> httpx2.Response:
        return await self.api.client.request(method, self.address(path), **content)


@pytest.fixture(scope="module")
async def ground(api: PublicApi) -> Ground:
    ledger = (await api.post("/v1/ledgers", {"name": "Main"}))["id"]
    run = (await api.post(RUNS, {"ledger_id": ledger}))["id"]
    files = {"file": ("a.csv", CSV)}
    uploaded = await api.client.post(f"{RUNS}/{run}/sources/upload", files=files)
    assert uploaded.status_code == 201, uploaded.text
    entry = {"amount": {"amount": "1000", "currency": "EUR", "precision": 2},
             "direction": "credit", "date": "2026-01-05"}  # fmt: skip
    added = await api.post(f"/v1/ledgers/{ledger}/entries", {"entries": [entry]})
    await until(lambda: api.all_of(f"{RUNS}/{run}/gl-all"), bool)
    items = await api.all_of(f"{RUNS}/{run}/items")
    item = next(one["id"] for one in items if one["direction"] == "credit")
    ids = {"id": ledger, "runID": run, "itemID": item, "general": added["entries"][0]["id"]}
    return Ground(api, ids | {"fileID": uploaded.json()["source_file"]["id"]})


def test_the_page_is_read_whole(page: CorebanqPage) -> None:
    assert len(page.routes) == ROUTES
    assert set(page.enumerations) == set(SHOWN_IN)
    assert page.form_fields == {"file": True, "idempotency_key": False}
    assert sum(one is not None for one in page.bodies.values()) == 5
    assert sum(one is not None for one in page.answers.values()) == 2


def test_every_route_of_the_page_is_served(page: CorebanqPage) -> None:
    served = {(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item}

    assert set(page.routes) - served == set()


@pytest.mark.parametrize("name", SHOWN_IN)
def test_an_enumeration_has_the_values_of_the_page(page: CorebanqPage, name: str) -> None:
    shape, member = SHOWN_IN[name]
    schema = DOCUMENT["components"]["schemas"][shape]["properties"][member]

    assert set(schema["enum"]) == set(page.enumerations[name])


def test_every_member_of_a_body_of_the_page_is_taken_and_no_other_is_needed(
    page: CorebanqPage,
) -> None:
    for (method, path), body in page.bodies.items():
        if body is None:
            continue
        content = DOCUMENT["paths"][path][method.lower()]["requestBody"]["content"]
        schema = content["application/json"]["schema"]
        shape = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        assert set(shape["properties"]) == set(body), path
        assert set(shape.get("required", ())) <= {
            "ledger_id", "source_entry_ids", "ledger_entry_ids"}  # fmt: skip


async def test_a_run_is_made_as_the_page_shows_it_once_a_key(
    page: CorebanqPage, ground: Ground
) -> None:
    body = ground.body(page.bodies["POST", RUNS])

    made = await ground.ask("POST", RUNS, json=body)
    again = await ground.ask("POST", RUNS, json=body)
    other = await ground.ask("POST", RUNS, json=body | {"note": "another"})

    assert made.status_code == 201, made.text
    assert {name: made.json()[name] for name in ("ledger_id", "mode", "source_type", "note")} == {
        name: body[name] for name in ("ledger_id", "mode", "source_type", "note")
    }
    assert made.json()["status"] == "pending"
    assert (again.text, again.headers["x-idempotency-replayed"]) == (made.text, "true")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_the_defaults_of_a_run(ground: Ground) -> None:
    made = await ground.ask("POST", RUNS, json={"ledger_id": ground.ids["id"]})

    told = made.json()
    assert (told["mode"], told["source_type"], told["note"]) == ("automatic", "upload", None)
    assert UUID(told["id"]).version == 8


async def test_every_mode_is_accepted_and_every_other_refused(
    page: CorebanqPage, ground: Ground
) -> None:
    body = {"ledger_id": ground.ids["id"]}

    accepted = [
        await ground.ask("POST", RUNS, json=body | {"mode": mode})
        for mode in page.enumerations["Run mode"]
    ]
    refused = [
        await ground.ask("POST", RUNS, json=body | wrong)
        for wrong in ({"mode": "AUTOMATIC"}, {"mode": ""}, {"mode": None}, {"source_type": "sftp"})
    ]

    assert [one.status_code for one in accepted] == [201, 201]
    assert {one.status_code for one in refused} == {400}
    assert refused[0].json()["errors"][0]["path"] == "$.mode"
    assert refused[0].json()["message"] == refused[0].json()["detail"]


def _members(page: CorebanqPage) -> Iterator[tuple[str, str, str, Json]]:
    for (method, path), body in page.bodies.items():
        for member in body or ():
            yield method, path, member, body


async def test_a_member_of_another_type_is_400_with_its_path(
    page: CorebanqPage, ground: Ground
) -> None:
    ids = ground.ids | {"matchID": await _match_of(ground)}
    wrong = []
    asked = 0
    for method, path, member, body in _members(page):
        for value in WRONG.values():
            content = Ground(ground.api, ids).body(body) | {member: value}
            answer = await Ground(ground.api, ids).ask(method, path, json=content)
            paths = [one["path"] for one in answer.json().get("errors", ())]
            asked += 1
            if answer.status_code != 400 or not any(f"$.{member}" in one for one in paths):
                wrong.append((method, path, member, value, answer.status_code, answer.text))

    assert asked == len(WRONG) * sum(len(one or ()) for one in page.bodies.values())
    assert wrong == []


async def test_what_is_not_there_is_404_and_a_body_that_is_none_400(ground: Ground) -> None:
    strange = "000c0000-0000-87e0-8000-0000000fffff"
    other_kind = ground.ids["id"]

    assert (await ground.ask("POST", RUNS, content=b"{")).status_code in (400, 415)
    broken = await ground.ask(
        "POST", RUNS, content=b"{", headers={"content-type": "application/json"}
    )
    assert broken.status_code == 400
    assert (await ground.ask("POST", RUNS, json={})).status_code == 400
    for run in (strange, other_kind, "none"):
        assert (await ground.ask("GET", f"{RUNS}/{run}")).status_code == 404
    unknown = {"ledger_id": "00060000-0000-87e0-8000-0000000fffff"}
    assert (await ground.ask("POST", RUNS, json=unknown)).status_code == 404


async def test_an_upload_answers_as_the_page_shows(page: CorebanqPage, ground: Ground) -> None:
    (path,) = (one for _, one in page.routes if one.endswith("/upload"))
    shown = page.answers["POST", path]
    content = CSV + "2026-01-09,5,EUR,credit\n"

    answer = await ground.ask(
        "POST", path, files={"file": ("b.csv", content)}, data={"idempotency_key": "b"}
    )
    without = await ground.ask("POST", path, data={"idempotency_key": "c"}, files={"x": ("", "")})

    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert set(shown) <= set(told)
    assert set(shown["source_file"]) <= set(told["source_file"])
    assert UUID(told["source_file"]["id"])
    assert told["source_file"]["run_id"] == ground.ids["runID"]
    assert told["imported"] == 1  # the other two came with the first file
    assert without.status_code == 400


async def test_the_lists_take_the_same_paging_and_answer_in_the_same_shape(
    page: CorebanqPage, ground: Ground
) -> None:
    lists = [
        path for method, path in page.routes if method == "GET" and path != f"{RUNS}/{{runID}}"
    ]
    for path in lists:
        whole = (await ground.ask("GET", path)).json()
        first = (await ground.ask("GET", path, params={"limit": 1, "order": "desc"})).json()

        assert set(whole) == {"data", "total", "total_unfiltered", "has_more"}, path
        assert len(whole["data"]) == whole["total"] <= whole["total_unfiltered"]
        assert whole["has_more"] is False
        assert first["data"] == whole["data"][-1:]
        assert first["has_more"] == (whole["total"] > 1)
        for bad in ({"limit": 0}, {"limit": 201}, {"offset": -1}, {"order": "up"}, {"x": 1}):
            assert (await ground.ask("GET", path, params=bad)).status_code == 400, (path, bad)


@pytest.mark.parametrize("list_of", FILTERED)
async def test_lists_filter_by_every_status_of_the_page_and_no_other(
    page: CorebanqPage, ground: Ground, list_of: str
) -> None:
    path = f"{RUNS}/{{runID}}/{list_of}"

    for status in page.enumerations[FILTERED[list_of]]:
        answer = await ground.ask("GET", path, params={"status": status})
        assert {one["status"] for one in answer.json()["data"]} <= {status}
    for other in ("OPEN", "", "all"):
        assert (await ground.ask("GET", path, params={"status": other})).status_code == 400


async def test_every_route_of_the_page_asks_for_a_credential(
    page: CorebanqPage, ground: Ground, nobody: httpx2.AsyncClient
) -> None:
    answers = [await nobody.request(method, ground.address(path)) for method, path in page.routes]

    assert {one.status_code for one in answers} == {401}


async def test_an_auto_match_answers_as_the_page_shows(page: CorebanqPage, ground: Ground) -> None:
    (route,) = (one for one in page.routes if one[1].endswith("/auto-match"))

    answer = await ground.ask(*route)

    assert answer.status_code == 200
    assert set(answer.json()) == set(page.answers[route])
    assert isinstance(answer.json()["matched"], int)


async def _match_of(ground: Ground) -> str:
    """Give a match of the run: it is made by hand, once."""
    found = await ground.api.all_of(ground.address(f"{RUNS}/{{runID}}/matches"))
    if found:
        return str(found[0]["id"])
    links = {
        "source_entry_ids": [ground.ids["itemID"]],
        "ledger_entry_ids": [ground.ids["general"]],
        "note": "optional note",
    }
    made = await ground.ask("POST", f"{RUNS}/{{runID}}/manual-match", json=links)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])
