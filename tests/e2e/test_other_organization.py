"""S2: another organisation's key finds nothing of ours, on any route of the document."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import httpx2
import pytest

from e2e.main_job import Job
from e2e.objects import Objects, objects_of
from e2e.openapi_requests import Operation, named_by, names_an_object, operations_of
from fixtures.public_api import PublicApi, until
from tieout_contracts.ids import Kind, uuid_of

# What the document has at least: a test that finds less looks at the wrong thing.
FILTERS, BODIES = 10, 5
OK, FORBIDDEN, NOT_FOUND, UNPROCESSABLE = 200, 403, 404, 422
ShowTable: TypeAlias = Callable[[Sequence[Sequence[object]]], None]
Wrong: TypeAlias = list[tuple[str, int, str]]


@pytest.fixture(scope="module")
async def objects(job: Job) -> Objects:
    return await objects_of(job)


@pytest.fixture(scope="module")
async def operations(job: Job) -> list[Operation]:
    """Give what the running gateway says it serves."""
    return await operations_of(job.api.client)


async def test_the_owner_finds_every_object(
    job: Job, objects: Objects, operations: list[Operation]
) -> None:
    """The control: else 404 would only say that there is no such object at all."""
    found = await _ask_each(job.api, _reads(operations), objects)

    assert [one for one in found if one[1] != OK] == []


async def test_a_stranger_finds_none_of_them_and_changes_nothing(
    job: Job,
    stranger: PublicApi,
    objects: Objects,
    operations: list[Operation],
    show_table: ShowTable,
) -> None:
    with_id = [one for one in operations if one.places]
    # Who asks first for an explanation has an index made: its answers say so until it is there.
    before = await until(
        lambda: _ask_each(job.api, _reads(operations), objects),
        lambda found: not any('"all_open":false' in text for _, _, text in found),
    )

    answers = await _ask_each(stranger, with_id, objects)

    after = await _ask_each(job.api, _reads(operations), objects)
    counts = [len(operations), len(with_id), sum(one[1] == NOT_FOUND for one in answers)]
    show_table([("operations", "with an id", "answered 404"), counts])
    assert [one for one in answers if (one[1], '"code":"not_found"' in one[2]) != (404, True)] == []
    assert len(with_id) > len({kind for one in with_id for kind in one.places}) > 0
    assert after == before


async def test_a_record_of_another_is_not_found_in_ones_own_reconciliation(
    stranger: PublicApi, objects: Objects, operations: list[Operation]
) -> None:
    (own,) = (await stranger.get("/v1/reconciliations"))["data"]
    nested = [one for one in operations if len(one.places) > 1 and one.places[0] != "ledger runs"]

    theirs = {"reconciliations": own["id"], "data_streams": "theirs"}
    answers = [await one.ask(stranger.client, theirs, objects) for one in nested]

    assert nested
    assert {one.status_code for one in answers} == {NOT_FOUND}


async def test_lists_filtered_by_anothers_objects_are_empty_or_404(
    stranger: PublicApi, objects: Objects, operations: list[Operation]
) -> None:
    asked = [
        (str(one), name, await one.ask(stranger.client, objects, **{name: named_by(name, objects)}))
        for one in operations
        if not one.places
        for name in one.filters
    ]

    assert len(asked) >= FILTERS
    assert [(one, name, a.text) for one, name, a in asked if not _is_empty(a)] == []


async def test_a_body_that_names_anothers_objects_is_refused(
    stranger: PublicApi, objects: Objects, operations: list[Operation]
) -> None:
    naming = [one for one in operations if not one.places and names_an_object(one.example)]

    answers = {str(one): await one.ask(stranger.client, objects) for one in naming}
    bulk = await until(
        lambda: stranger.get(answers["POST /v1/records/bulk"].json()["url"]),
        lambda seen: seen["status"] == "completed",
    )

    assert len(answers) >= BODIES
    others = {name: one for name, one in answers.items() if name != "POST /v1/records/bulk"}
    assert [one.text for one in others.values() if not _says_there_is_none(one)] == []
    assert (bulk["successful_items"], bulk["failed_items"]) == (0, 1)


async def test_a_counterpart_of_another_is_no_counterpart(
    job: Job, stranger: PublicApi, objects: Objects
) -> None:
    (theirs,) = await stranger.all_of("/v1/records", data_stream_key="theirs")
    counterparts = [str(uuid_of(Kind.RECORD, theirs["id"]))]
    body = {"notes": "n", "overrideReason": "o", "counterpartRecordIds": counterparts}

    answer = await job.force_match(objects["exceptions"], body, key="a stranger's")

    assert answer.status_code == UNPROCESSABLE
    assert (await job.exception(objects["exceptions"]))["status"] == "OPEN"


@pytest.mark.parametrize(
    ("what", "said"), [("assign", {"assignee": "a@b.c"}), ("resolve", {"resolution": "ACCEPTED"})]
)
async def test_bulk_work_on_anothers_exceptions_finds_none(
    job: Job, stranger: PublicApi, objects: Objects, what: str, said: dict[str, str]
) -> None:
    theirs = objects["exceptions"]

    told = await stranger.post(f"/v1/exceptions/bulk/{what}", {"exceptionIds": [theirs]} | said)

    (failed,) = told["failed"]
    assert (failed["exceptionId"], failed["code"], told["succeeded"]) == (theirs, "not_found", [])
    assert (await job.exception(theirs))["status"] == "OPEN"


async def test_naming_the_other_organization_is_forbidden(job: Job, stranger: PublicApi) -> None:
    named = {"x-organization-id": str(job.api.organization.organization_id)}

    answer = await stranger.client.get("/v1/data_streams", headers=named)

    assert answer.status_code == FORBIDDEN


def _reads(operations: Sequence[Operation]) -> list[Operation]:
    return [one for one in operations if one.places and one.method == "GET"]


async def _ask_each(api: PublicApi, operations: Sequence[Operation], objects: Objects) -> Wrong:
    answers = [(str(one), await one.ask(api.client, objects)) for one in operations]
    return [(name, one.status_code, one.text) for name, one in answers]


def _says_there_is_none(answer: httpx2.Response) -> bool:
    """Tell a 404, and a 422 that gives this reason and no other for the member of a list."""
    errors = answer.json()["errors"] if answer.status_code == UNPROCESSABLE else []
    reasons = {error["message"].startswith("there is no such") for error in errors}
    return answer.status_code == NOT_FOUND or reasons == {True}


def _is_empty(answer: httpx2.Response) -> bool:
    if answer.status_code == NOT_FOUND:
        return True
    told = answer.json()
    items = told if isinstance(told, list) else told.get("data", told.get("items"))
    return answer.status_code == OK and items == []
