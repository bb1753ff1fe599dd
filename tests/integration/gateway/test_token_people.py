"""Whom a token stands for: the user, the organisation and the scopes."""

from integration.gateway.conftest import Gateway, OpenGateway
from integration.gateway.issuer import AUDIENCE, ISSUER, Issuer, a_token, ask
from tieout_ops import organizations


async def test_a_person_is_let_in_and_becomes_a_user_of_the_organisation(
    believing: Gateway, issuer: Issuer
) -> None:
    said = {"email": "ada@example.com", "name": "Ada", "scope": "tieout:view tieout:admin other"}

    answer = await ask(believing, a_token(believing, issuer, **said))
    users = (
        await ask(believing, a_token(believing, issuer, **said), "/v1/users?kind=person")
    ).json()["data"]

    assert answer.status_code == 200
    (call,) = believing.ingest.calls
    assert call.headers["tieout-organization"] == str(believing.organization_id)
    assert [(one["subject"], one["email"], one["name"], str(one["id"])) for one in users] == [
        ("auth0|ada", "ada@example.com", "Ada", call.headers["tieout-account"])
    ]


async def test_scopes_are_those_of_the_token_and_only_with_the_prefix(
    believing: Gateway, issuer: Issuer
) -> None:
    answers = [
        await ask(believing, a_token(believing, issuer, scope=scope))
        for scope in ("tieout:view", ["tieout:view"], "view", "tieout:act", "tieout:viewer", None)
    ]

    assert [one.status_code for one in answers] == [200, 200, 403, 403, 403, 403]


async def test_a_new_token_of_a_person_repeats_no_effect(
    believing: Gateway, issuer: Issuer
) -> None:
    """Semantics 9: an idempotency key belongs to the user, whatever token they come with."""
    new = {"name": "k", "scopes": ["view"]}
    answers = []
    for seconds in (0, 5):
        token = a_token(believing, issuer, scope="tieout:admin tieout:view", nonce=str(seconds))
        headers = {"authorization": f"Bearer {token}", "idempotency-key": "same"}
        answers.append(await believing.client.post("/v1/api_keys", json=new, headers=headers))
        believing.clock.pass_(seconds=seconds)

    assert [one.status_code for one in answers] == [201, 201]
    assert [one.headers["x-idempotency-replayed"] for one in answers] == ["false", "true"]
    assert answers[0].content == answers[1].content


async def test_a_person_of_several_organisations_names_one(
    believing: Gateway, issuer: Issuer
) -> None:
    other, _ = await organizations.create_organization(
        believing.keys, name="B", at=believing.clock()
    )
    both = {"organization_id": [believing.organization_id, str(other)], "scope": "tieout:admin"}
    path = "/v1/organizations"

    unnamed = await ask(believing, a_token(believing, issuer, **both), path)
    named = {
        one: await ask(
            believing, a_token(believing, issuer, **both), path, **{"x-organization-id": str(one)}
        )
        for one in (believing.organization_id, other)
    }
    users = {
        one: (
            await ask(
                believing,
                a_token(believing, issuer, **both),
                "/v1/users?kind=person",
                **{"x-organization-id": str(one)},
            )
        ).json()["data"]
        for one in (believing.organization_id, other)
    }

    assert (unnamed.status_code, unnamed.json()["code"]) == (403, "forbidden")
    assert f"{believing.organization_id}, {other}" in unnamed.json()["detail"]
    assert {one.status_code for one in named.values()} == {200}
    assert [one["id"] for one in named[other].json()] == [believing.organization_id, other]
    assert [one["organization_id"] for one in users[other]] == [other]
    assert users[other][0]["id"] != users[believing.organization_id][0]["id"]


async def test_an_organisation_that_is_not_the_persons_is_403(
    believing: Gateway, issuer: Issuer
) -> None:
    other, _ = await organizations.create_organization(
        believing.keys, name="C", at=believing.clock()
    )

    named = await ask(believing, a_token(believing, issuer), **{"x-organization-id": str(other)})
    missing = await ask(believing, a_token(believing, issuer, organization_id=999_999))
    nowhere = await ask(believing, a_token(believing, issuer, organization_id=None, sub="nobody"))
    empty = await ask(believing, a_token(believing, issuer, organization_id=[]))

    assert [one.status_code for one in (named, missing, nowhere, empty)] == [403] * 4
    assert {one.json()["code"] for one in (named, missing, nowhere, empty)} == {"forbidden"}


async def test_without_the_claim_a_person_is_where_an_administrator_made_them(
    believing: Gateway, issuer: Issuer
) -> None:
    subject = f"made by hand {believing.organization_id}"
    new = {
        "subject": subject,
        "name": "Made",
        "email": f"made-{believing.organization_id}@example.com",
    }
    made = await believing.ask("POST", "/v1/users", json=new)

    answer = await ask(believing, a_token(believing, issuer, organization_id=None, sub=subject))

    assert (made.status_code, answer.status_code) == (201, 200)
    assert believing.ingest.calls[-1].headers["tieout-account"] == str(made.json()["id"])


async def test_a_token_does_not_take_another_users_address(
    believing: Gateway, issuer: Issuer
) -> None:
    email = f"taken-{believing.organization_id}@example.com"
    await believing.ask("POST", "/v1/users", json={"subject": "one", "name": "One", "email": email})

    answer = await ask(
        believing, a_token(believing, issuer, sub="two", email=email.upper(), name="Two")
    )
    users = (await believing.ask("GET", "/v1/users", params={"kind": "person"})).json()["data"]

    assert answer.status_code == 200
    assert {one["subject"]: one["email"] for one in users} == {"one": email, "two": None}


async def test_a_persons_requests_count_together_whatever_token_they_come_with(
    open_with: OpenGateway, issuer: Issuer
) -> None:
    own = {"oidc_issuer": ISSUER, "oidc_audience": AUDIENCE, "oidc_jwks_url": issuer.url}
    async with open_with(request_rate_limit="2/minute", **own) as gateway:
        gateway.ingest.answer("GET", "/internal/streams", [])
        answers = [
            await ask(gateway, a_token(gateway, issuer, nonce=str(number))) for number in range(3)
        ]

    assert [one.status_code for one in answers] == [200, 200, 429]
