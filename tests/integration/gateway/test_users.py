"""Users and organisations over the API: people, services, and what no two of them may share."""

from typing import Any

import pytest

from integration.gateway.conftest import Gateway
from tieout_ops import organizations

PATH = "/v1/users"


def a_person(number: int, **members: Any) -> dict[str, Any]:
    person = {
        "subject": f"auth0|{number}",
        "email": f"person-{number}@example.com",
        "name": f"Person {number}",
    }
    return {**person, **members}


async def test_a_person_that_was_made_is_shown_and_found(gateway: Gateway) -> None:
    created = await gateway.ask("POST", PATH, json=a_person(1))
    user = created.json()

    shown = await gateway.ask("GET", f"{PATH}/{user['id']}")
    by_email = await gateway.ask("GET", PATH, params={"email": "PERSON-1@example.com"})
    by_subject = await gateway.ask("GET", PATH, params={"subject": "auth0|1"})
    nobody = await gateway.ask("GET", PATH, params={"subject": "auth0|none"})

    assert created.status_code == 201
    assert user == {
        "id": user["id"],
        "organization_id": gateway.organization_id,
        "kind": "person",
        "created_at": "2026-01-11T12:00:00Z",
        **a_person(1),
    }
    assert shown.json() == user
    assert by_email.json()["data"] == by_subject.json()["data"] == [user]
    assert nobody.json()["data"] == []


async def test_a_service_has_a_subject_of_its_own_and_may_have_keys(gateway: Gateway) -> None:
    service = (await gateway.ask("POST", PATH, json={"kind": "service", "name": "bot"})).json()
    person = (await gateway.ask("POST", PATH, json=a_person(2))).json()
    new = {"name": "of the bot", "scopes": ["view"]}

    key = await gateway.ask("POST", "/v1/api_keys", json={**new, "user_id": service["id"]})
    none = await gateway.ask("POST", "/v1/api_keys", json={**new, "user_id": person["id"]})
    services = await gateway.ask("GET", PATH, params={"kind": "service"})
    keys = await gateway.ask("GET", "/v1/api_keys", params={"user_id": service["id"]})

    assert service["subject"] == f"account:{service['id']}"
    assert (key.status_code, key.json()["user_id"]) == (201, service["id"])
    assert (none.status_code, none.json()["errors"][0]["path"]) == (422, "$.user_id")
    assert {one["kind"] for one in services.json()["data"]} == {"service"}
    assert service in services.json()["data"]
    assert [one["id"] for one in keys.json()["data"]] == [key.json()["id"]]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": "x"}, "a person has a subject"),
        ({"name": "x", "kind": "service", "subject": "s"}, "a service has none"),
        ({"name": "x", "subject": "account:1"}, "begins with"),
        ({"name": "x", "subject": "tab\there"}, "$.subject"),
        ({"name": "x", "subject": "s", "email": "no address"}, "$.email"),
        ({"subject": "s"}, "$.name"),
    ],
)
async def test_what_is_no_user_is_refused(
    gateway: Gateway, wrong: dict[str, Any], says: str
) -> None:
    answer = await gateway.ask("POST", PATH, json=wrong)

    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert says in answer.json()["detail"]


@pytest.mark.parametrize(
    ("other", "path"),
    [
        ({"email": "another@example.com"}, "$.subject"),
        ({"subject": "auth0|another", "email": "PERSON-3@EXAMPLE.COM"}, "$.email"),
    ],
)
async def test_no_two_users_share_a_subject_or_an_address(
    gateway: Gateway, other: dict[str, Any], path: str
) -> None:
    await gateway.ask("POST", PATH, json=a_person(3))

    answer = await gateway.ask("POST", PATH, json=a_person(3, **other))

    assert (answer.status_code, answer.json()["code"]) == (409, "user_exists")
    assert answer.json()["errors"][0]["path"] == path


async def test_another_organisation_may_know_the_same_person_and_sees_only_its_own(
    gateway: Gateway,
) -> None:
    _, key = await organizations.create_organization(gateway.keys, name="B", at=gateway.clock())
    theirs = {"x-api-key": key.text}
    ours = (await gateway.ask("POST", PATH, json=a_person(4))).json()

    same = await gateway.client.post(PATH, json=a_person(4), headers=theirs)
    hidden = await gateway.client.get(f"{PATH}/{ours['id']}", headers=theirs)
    change = await gateway.client.patch(
        f"{PATH}/{ours['id']}", json={"name": "theirs"}, headers=theirs
    )
    listed = await gateway.client.get(PATH, headers=theirs)

    assert same.status_code == 201
    assert same.json()["id"] != ours["id"]
    assert (hidden.status_code, change.status_code) == (404, 404)
    assert ours["id"] not in {one["id"] for one in listed.json()["data"]}


async def test_a_change_leaves_what_it_does_not_name(gateway: Gateway) -> None:
    user = (await gateway.ask("POST", PATH, json=a_person(5))).json()
    path = f"{PATH}/{user['id']}"

    renamed = await gateway.ask("PATCH", path, json={"name": "New"})
    without = await gateway.ask("PATCH", path, json={"email": None})
    taken = await gateway.ask("POST", PATH, json=a_person(5, subject="auth0|five"))
    back = await gateway.ask("PATCH", path, json={"email": "PERSON-5@example.com"})

    assert renamed.json() == {**user, "name": "New"}
    assert without.json() == {**user, "name": "New", "email": None}
    assert taken.status_code == 201
    assert (back.status_code, back.json()["code"]) == (409, "user_exists")


async def test_a_repeated_request_makes_one_user(gateway: Gateway) -> None:
    headers = {"idempotency-key": "one person"}

    answers = [await gateway.ask("POST", PATH, json=a_person(6), headers=headers) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert [one.headers["x-idempotency-replayed"] for one in answers] == ["false", "true"]


async def test_an_organisation_shows_and_renames_itself_alone(gateway: Gateway) -> None:
    own = f"/v1/organizations/{gateway.organization_id}"
    other, _ = await organizations.create_organization(gateway.keys, name="C", at=gateway.clock())

    listed = await gateway.ask("GET", "/v1/organizations")
    renamed = await gateway.ask("PATCH", own, json={"name": "Acme Ltd"})
    shown = await gateway.ask("GET", own)
    hidden = await gateway.ask("GET", f"/v1/organizations/{other}")
    refused = await gateway.ask("PATCH", f"/v1/organizations/{other}", json={"name": "ours"})

    assert [one["id"] for one in listed.json()] == [gateway.organization_id]
    assert renamed.json() == shown.json()
    assert shown.json()["name"] == "Acme Ltd"
    assert (hidden.status_code, refused.status_code) == (404, 404)
