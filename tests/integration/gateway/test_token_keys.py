"""S5: the keys of the issuer: how long they are believed, and how seldom they are asked for."""

import asyncio
from typing import Any

import pytest

from integration.gateway.conftest import Gateway
from integration.gateway.issuer import Issuer, a_token, an_ec_key, ask


async def test_a_new_key_of_the_issuer_is_found_and_an_old_one_forgotten(
    believing: Gateway, issuer: Issuer
) -> None:
    issuer.keys["second"] = an_ec_key()
    first = await ask(believing, a_token(believing, issuer))
    issuer.show("second")

    too_soon = await ask(believing, a_token(believing, issuer, kid="second", algorithm="ES256"))
    believing.clock.pass_(seconds=60)
    found = await ask(believing, a_token(believing, issuer, kid="second", algorithm="ES256"))
    forgotten = await ask(believing, a_token(believing, issuer))

    assert [one.status_code for one in (first, too_soon, found, forgotten)] == [200, 401, 200, 401]
    assert issuer.fetches == 2


async def test_a_flood_of_unknown_keys_asks_the_issuer_once_a_minute(
    believing: Gateway, issuer: Issuer
) -> None:
    issuer.keys |= {f"unknown-{number}": issuer.keys["first"] for number in range(50)}
    tokens = [a_token(believing, issuer, kid=f"unknown-{number}") for number in range(50)]

    answers = await asyncio.gather(*(ask(believing, token) for token in tokens))
    at_once = issuer.fetches
    believing.clock.pass_(seconds=59)
    await asyncio.gather(*(ask(believing, token) for token in tokens))
    in_a_minute = issuer.fetches
    good = await ask(believing, a_token(believing, issuer))

    assert {one.status_code for one in answers} == {401}
    assert (at_once, in_a_minute, good.status_code) == (1, 1, 200)


async def test_keys_are_asked_anew_when_they_are_old_and_kept_while_the_issuer_is_away(
    believing: Gateway, issuer: Issuer
) -> None:
    await ask(believing, a_token(believing, issuer))
    issuer.status = 500

    seen = []
    for minutes in (9, 1, 1, 60 * 23, 60):
        believing.clock.pass_(minutes=minutes)
        answer = await ask(believing, a_token(believing, issuer))
        seen.append((answer.status_code, issuer.fetches))
    issuer.status = 200
    believing.clock.pass_(seconds=10)
    back = await ask(believing, a_token(believing, issuer))

    assert seen == [(200, 1), (200, 2), (200, 3), (200, 4), (503, 5)]
    assert back.status_code == 200


@pytest.mark.parametrize(
    "shown",
    [{}, {"keys": {}}, {"keys": []}, {"keys": [{"kty": "oct", "kid": "first", "k": "c2VjcmV0"}]}],
)
async def test_what_is_no_set_of_public_keys_is_503_and_asked_again_soon(
    believing: Gateway, issuer: Issuer, shown: dict[str, Any]
) -> None:
    issuer.shown = shown
    answers = [await ask(believing, a_token(believing, issuer)) for _ in range(3)]
    asked = issuer.fetches

    issuer.show("first")
    believing.clock.pass_(seconds=10)
    back = await ask(believing, a_token(believing, issuer))

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(503, "unavailable")}
    assert (asked, back.status_code) == (1, 200)
