"""S11: a webhook goes to the address that was checked, under its name, and nowhere else."""

import ssl
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from fixtures.postgres import Database
from fixtures.receiver import Receiver, running_receiver
from integration.gateway.hooks import ENDPOINTS, Hooks, open_hooks
from tieout_gateway.webhooks.connecting import Resolve

NAME = "hooks.acme.example"
PUBLIC, PRIVATE, HERE = "93.184.216.34", "10.0.0.7", "127.0.0.1"


@pytest.fixture(scope="module")
async def opened_hooks(module_database: Database) -> AsyncIterator[Hooks]:
    async with open_hooks(module_database) as opened:
        yield opened


@pytest.fixture
async def hooks(opened_hooks: Hooks) -> Hooks:
    await opened_hooks.begin_anew()
    return opened_hooks


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with a certificate for NAME alone, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.fromtimestamp(time.time(), tz=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "receiver.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def tls_receiver(certificate: Path) -> Iterator[Receiver]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with running_receiver(context) as receiver:
        yield receiver


def resolving(answers: Sequence[Sequence[str]], asked: list[str]) -> Resolve:
    """Give one answer after the other, as a name server that changes its mind; the last stays."""
    left = list(answers)

    async def resolve(host: str, port: int) -> Sequence[str]:
        assert port
        asked.append(host)
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


async def named(hooks: Hooks, url: str) -> None:
    """Make an endpoint whose URL is this one, whatever the network here says of it."""
    made = await hooks.endpoint()
    await hooks.rows(
        f"UPDATE gateway.webhook_endpoint SET url = '{url}'"  # noqa: S608  # of this file
        f" WHERE webhook_endpoint_id = {made['id']} RETURNING 1"
    )
    await hooks.tell("entry.overdue")


async def test_the_connection_goes_to_the_checked_address_and_the_certificate_is_the_names(
    hooks: Hooks, tls_receiver: Receiver, certificate: Path
) -> None:
    port = tls_receiver.url.rpartition(":")[2].partition("/")[0]
    await named(hooks, f"https://{NAME}:{port}/in?a=b")
    asked: list[str] = []
    trusted = ssl.create_default_context(cafile=certificate)

    await hooks.send(hooks.sender(resolve=resolving([[HERE]], asked), tls=trusted))

    (received,) = tls_receiver.received
    assert (received.path, received.headers["host"]) == ("/in?a=b", f"{NAME}:{port}")
    assert asked == [NAME], "one resolution, whose answer was checked and used"


async def test_a_certificate_of_another_name_gets_nothing(
    hooks: Hooks, tls_receiver: Receiver, certificate: Path
) -> None:
    port = tls_receiver.url.rpartition(":")[2].partition("/")[0]
    await named(hooks, f"https://other.example:{port}/")
    trusted = ssl.create_default_context(cafile=certificate)

    await hooks.send(hooks.sender(resolve=resolving([[HERE]], []), tls=trusted))

    assert tls_receiver.received == []
    assert [one["last_error"] for one in await hooks.deliveries()] == ["tls"]


async def test_a_name_that_is_public_when_registered_and_private_when_sent_to_gets_nothing(
    hooks: Hooks,
) -> None:
    asked: list[str] = []
    rebinding = resolving([[PUBLIC], [PRIVATE]], asked)
    there = hooks.gateway.app.state.receivers
    hooks.gateway.app.state.receivers = hooks.receivers(resolve=rebinding)
    body = {"url": f"https://{NAME}/"}

    made = await hooks.gateway.ask("POST", ENDPOINTS, json=body)
    hooks.gateway.clock.pass_(seconds=1)
    await hooks.tell("entry.overdue")
    await hooks.send(hooks.sender(resolve=rebinding))
    refused = await hooks.gateway.ask("POST", ENDPOINTS, json=body)

    hooks.gateway.app.state.receivers = there
    assert made.status_code == 201
    assert [one["last_error"] for one in await hooks.deliveries()] == ["address_refused"]
    assert asked == [NAME] * 3
    assert refused.status_code == 422


async def test_a_name_with_one_private_address_among_public_ones_gets_nothing(
    hooks: Hooks,
) -> None:
    port = hooks.receiver.url.rpartition(":")[2].partition("/")[0]
    await named(hooks, f"http://{NAME}:{port}/")

    await hooks.send(hooks.sender(resolve=resolving([[HERE, PRIVATE]], [])))

    assert hooks.receiver.received == []
    assert [one["last_error"] for one in await hooks.deliveries()] == ["address_refused"]


async def test_of_several_addresses_one_that_answers_is_enough(hooks: Hooks) -> None:
    port = hooks.receiver.url.rpartition(":")[2].partition("/")[0]
    await named(hooks, f"http://{NAME}:{port}/")

    await hooks.send(hooks.sender(resolve=resolving([["127.0.0.9", HERE]], [])))

    assert len(hooks.receiver.received) == 1


@pytest.mark.parametrize(
    ("url", "error"),
    [(f"http://{HERE}:1/", "no_connection"), (f"https://{HERE}/#x", "url_refused")],
)
async def test_what_stands_in_the_way_is_told_in_a_word(hooks: Hooks, url: str, error: str) -> None:
    await named(hooks, url.replace(":1/", ":1024/"))

    await hooks.send()

    (delivery,) = await hooks.deliveries()
    assert (delivery["status"], delivery["last_error"]) == ("pending", error)


async def test_a_receiver_that_answers_too_late_is_a_timeout(hooks: Hooks) -> None:
    await hooks.endpoint()
    hooks.receiver.waits_s = 0.4
    await hooks.tell("entry.overdue")

    await hooks.send(hooks.sender(timeout_s=0.1))

    assert [one["last_error"] for one in await hooks.deliveries()] == ["timeout"]
