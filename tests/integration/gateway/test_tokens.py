"""S5: tokens: all that is not believed, beside what is believed and differs in nothing else."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from structlog.testing import capture_logs

from integration.gateway.conftest import PEPPER, Gateway, OpenGateway
from integration.gateway.issuer import (
    AUDIENCE,
    ISSUER,
    Issuer,
    a_token,
    an_ec_key,
    an_rsa_key,
    ask,
    jwk_of,
)

PATH = "/v1/data_streams"


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def by_hand(header: dict[str, Any], claims: dict[str, Any], secret: bytes | None) -> str:
    """Sign with an HMAC, or not at all: what a library would refuse to make."""
    signing = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    signature = hmac.digest(secret, signing.encode(), hashlib.sha256) if secret else b""
    return f"{signing}.{b64(signature)}"


async def test_a_token_that_is_not_acceptable_is_401(believing: Gateway, issuer: Issuer) -> None:
    at = believing.clock()
    issuer.keys |= {"weak": an_rsa_key(), "ec": an_ec_key(), "unknown": an_rsa_key()}
    issuer.show("first", "ec")
    good = issuer.claims(at, organization_id=believing.organization_id)
    public = issuer.keys["first"].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    later, earlier = at + timedelta(minutes=5), at - timedelta(minutes=5)
    inner = {"jwk": jwk_of("unknown", issuer.keys["unknown"]), "kid": "first"}
    whole = a_token(believing, issuer)
    bad = {
        "none": by_hand({"alg": "none", "kid": "first"}, good, None),
        "None": by_hand({"alg": "None", "kid": "first"}, good, None),
        "HS256 with the public key": by_hand({"alg": "HS256", "kid": "first"}, good, pem),
        "RS256 header, HMAC": by_hand({"alg": "RS256", "kid": "first"}, good, pem),
        "an algorithm that is not allowed": a_token(believing, issuer, algorithm="RS512"),
        "another kind of key": by_hand({"alg": "ES256", "kid": "first"}, good, b"x" * 64),
        "another key of the same name": jwt.encode(
            good, issuer.keys["weak"], algorithm="RS256", headers={"kid": "first"}
        ),
        "its own key in the header": jwt.encode(
            good, issuer.keys["unknown"], algorithm="RS256", headers=inner
        ),
        "no kid": jwt.encode(good, issuer.keys["first"], algorithm="RS256"),
        "unknown kid": a_token(believing, issuer, kid="unknown"),
        "kid that is a path": by_hand({"alg": "RS256", "kid": "../../first"}, good, pem),
        "kid that is no text": by_hand({"alg": "RS256", "kid": 1}, good, pem),
        "wrong issuer": a_token(believing, issuer, iss="https://evil.example.com/"),
        "wrong audience": a_token(believing, issuer, aud="https://other.example.com"),
        "no audience": a_token(believing, issuer, aud=None),
        "no issuer": a_token(believing, issuer, iss=None),
        "expired": a_token(believing, issuer, exp=int(earlier.timestamp())),
        "never expires": a_token(believing, issuer, exp=None),
        "not valid yet": a_token(believing, issuer, nbf=int(later.timestamp())),
        "made in the future": a_token(believing, issuer, iat=int(later.timestamp())),
        "no subject": a_token(believing, issuer, sub=None),
        "a service's subject": a_token(believing, issuer, sub="account:1"),
        "cut": whole[:-4],
        "changed": whole.replace(".", ".e30", 1),
        "critical extension": jwt.encode(
            good, issuer.keys["first"], algorithm="RS256", headers={"kid": "first", "crit": ["x"]}
        ),
        "too long": a_token(believing, issuer, padding="x" * 9000),
        "empty parts": "..",
        "an algorithm that is no text": by_hand({"alg": ["RS256"], "kid": "first"}, good, pem),
        "a header that is no object": f"{b64(b'[]')}.{b64(b'{}')}.{b64(b'x')}",
        "nested without end": f"{b64(b'[' * 5000)}.{b64(b'{}')}.{b64(b'x')}",
        "a number of thousands of digits": f"{b64(b'9' * 5000)}.{b64(b'{}')}.{b64(b'x')}",
    }

    answers = {name: await ask(believing, token) for name, token in bad.items()}
    control = await ask(believing, whole)

    assert {name: one.status_code for name, one in answers.items()} == dict.fromkeys(bad, 401)
    assert {one.headers["www-authenticate"] for one in answers.values()} == {"Bearer"}
    assert all('"kty"' not in one.text for one in answers.values())
    assert control.status_code == 200
    assert len(believing.ingest.calls) == 1


async def test_both_ends_of_a_tokens_time_have_the_leeway(
    believing: Gateway, issuer: Issuer
) -> None:
    at = int(believing.clock().timestamp())
    tokens = [
        a_token(believing, issuer, exp=at - 29),
        a_token(believing, issuer, exp=at - 30),
        a_token(believing, issuer, nbf=at + 30),
        a_token(believing, issuer, nbf=at + 31),
        a_token(believing, issuer, iat=at + 30),
        a_token(believing, issuer, iat=at + 31),
    ]

    answers = [await ask(believing, token) for token in tokens]

    assert [one.status_code for one in answers] == [200, 401, 200, 401, 200, 401]


async def test_a_token_ends_when_it_expires_even_while_it_is_believed(
    believing: Gateway, issuer: Issuer
) -> None:
    token = a_token(believing, issuer, exp=int(believing.clock().timestamp()) - 29)

    before = await ask(believing, token)
    believing.clock.pass_(seconds=1)
    after = await ask(believing, token)

    assert (before.status_code, after.status_code) == (200, 401)


async def test_a_token_is_sent_as_bearer_only_and_never_beside_a_key(
    believing: Gateway, issuer: Issuer
) -> None:
    token = a_token(believing, issuer)

    as_key = await believing.client.get(PATH, headers={"x-api-key": token})
    beside = await believing.ask("GET", PATH, headers={"authorization": f"Bearer {token}"})

    assert (as_key.status_code, beside.status_code) == (401, 401)


async def test_no_credential_is_told_to_a_log_or_an_answer(
    believing: Gateway, issuer: Issuer
) -> None:
    good, bad = a_token(believing, issuer), a_token(believing, issuer, aud="other")
    new = {"name": "canary", "scopes": ["view"]}

    with capture_logs() as logs:
        answers = [await ask(believing, token) for token in (good, bad)]
        made = (await believing.ask("POST", "/v1/api_keys", json=new)).json()
    told = str(logs) + "".join(one.text + str(one.headers) for one in answers)

    assert [one.status_code for one in answers] == [200, 401]
    assert {one["event"] for one in logs} == {"request"}
    secrets = [*good.split(".")[1:], *bad.split(".")[1:], made["key"].split("_")[2]]
    assert [one for one in secrets if one in told] == []
    assert repr(believing.app.state.settings).count(PEPPER) == 0


async def test_without_an_issuer_no_token_opens_the_door(
    open_with: OpenGateway, issuer: Issuer
) -> None:
    async with open_with() as gateway:
        answer = await ask(gateway, a_token(gateway, issuer))

    assert (answer.status_code, issuer.fetches) == (401, 0)


@pytest.mark.parametrize(
    "own",
    [
        {"oidc_issuer": ISSUER},
        {"oidc_issuer": ISSUER, "oidc_audience": AUDIENCE},
        {"oidc_issuer": ISSUER, "oidc_audience": AUDIENCE, "oidc_jwks_url": "file:///keys"},
        {
            "oidc_issuer": ISSUER,
            "oidc_audience": AUDIENCE,
            "oidc_jwks_url": "https://login.example.com/keys",
            "oidc_algorithms": "RS256,HS256",
        },
    ],
)
async def test_half_an_issuer_stops_the_start(open_with: OpenGateway, own: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="oidc_"):
        async with open_with(**own):
            pass
