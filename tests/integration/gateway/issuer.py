"""An issuer of tokens: keys made here, shown by a real HTTP server on this machine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import httpx2
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

if TYPE_CHECKING:
    from integration.gateway.conftest import Gateway

ISSUER, AUDIENCE = "https://login.example.com/", "https://tieout.example.com"


def an_rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def an_ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def jwk_of(kid: str, key: Any) -> dict[str, Any]:
    algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    described: dict[str, Any] = algorithm.to_jwk(key.public_key(), as_dict=True)
    return {**described, "kid": kid, "use": "sig"}


@dataclass(kw_only=True)
class Issuer:
    """`shown` is what the server answers; `fetches` counts how often it was asked."""

    url: str
    keys: dict[str, Any] = field(default_factory=lambda: {"first": an_rsa_key()})
    shown: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    fetches: int = 0

    def show(self, *kids: str) -> None:
        self.shown = {"keys": [jwk_of(kid, self.keys[kid]) for kid in kids]}

    def claims(self, at: datetime, **changed: Any) -> dict[str, Any]:
        """Give good claims; a member changed to None is left out."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "auth0|ada",
            "iat": int(at.timestamp()),
            "exp": int((at + timedelta(minutes=10)).timestamp()),
            "scope": "openid tieout:view",
            **changed,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def token(
        self, at: datetime, *, kid: str = "first", algorithm: str = "RS256", **changed: Any
    ) -> str:
        return self.signed(self.claims(at, **changed), kid=kid, algorithm=algorithm)

    def signed(self, claims: dict[str, Any], *, kid: str = "first", algorithm: str) -> str:
        return jwt.encode(claims, self.keys[kid], algorithm=algorithm, headers={"kid": kid})


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """Serve an issuer's keys at `url` until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.fetches += 1
            body = json.dumps(issuer.shown).encode()
            self.send_response(issuer.status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(url=f"http://127.0.0.1:{server.server_port}/keys")
    issuer.show("first")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def ask(
    gateway: "Gateway", token: str, path: str = "/v1/data_streams", **headers: str
) -> httpx2.Response:
    sent = {"authorization": f"Bearer {token}", **headers}
    return await gateway.client.get(path, headers=sent)


def a_token(gateway: "Gateway", issuer: Issuer, **changed: Any) -> str:
    """Make a good token of a person of the gateway's organisation, changed as the test says."""
    return issuer.token(gateway.clock(), **{"organization_id": gateway.organization_id, **changed})
