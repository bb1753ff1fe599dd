"""F15 of the inbound topic: what cannot be taken is one dead letter, and harms no neighbour."""

import asyncio
import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from aiokafka import ConsumerRecord
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .service import Service

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


def a_transaction(number: int, **more: Any) -> dict[str, Any]:
    money = {"amount": 1000 + number, "direction": "credit", "date": "2024-03-05"}
    return {"external_id": f"tx-{number}", **money, **more}


def a_message(*transactions: Any, stream_key: str = "bank", organization_id: int = 1) -> bytes:
    return json.dumps(
        {
            "organization_id": organization_id,
            "stream_key": stream_key,
            "transactions": transactions,
        }
    ).encode()


async def make_producer(service: Service, key: Ed25519PrivateKey | None) -> int:
    public = None
    if key is not None:
        public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    answer = await service.client.post(
        "/internal/producers",
        json={"name": "core banking", "public_key": public, "stream_keys": ["bank"]},
    )
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def signed(value: bytes, producer_id: int, key: Ed25519PrivateKey) -> list[tuple[str, bytes]]:
    signature = base64.b64encode(key.sign(value))
    return [("tieout-producer", str(producer_id).encode()), ("tieout-signature", signature)]


def header(record: ConsumerRecord, name: str) -> str:
    return str(dict(record.headers)[name].decode())


async def dead_letters(service: Service, count: int) -> list[ConsumerRecord]:
    await service.until("SELECT count(*) FROM dead_letter", lambda found: found >= count)
    await service.all_sent()
    return await service.read_topic("dead-letters.v1")


async def test_only_the_registered_key_may_publish(service: Service) -> None:
    await service.make_stream()
    await service.make_stream("books")
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    keyed = await make_producer(service, key)
    trusted = await make_producer(service, None)
    value = a_message(a_transaction(1))
    elsewhere = a_message(a_transaction(2), stream_key="books")
    foreign = a_message(a_transaction(3), organization_id=2)
    sent: list[tuple[bytes, list[tuple[str, bytes]]]] = [
        (value, []),
        (value, [("tieout-producer", b"one")]),
        (value, [("tieout-producer", b"999999")]),
        (value, [("tieout-producer", str(keyed).encode())]),
        (value, [*signed(value, keyed, other)]),
        (value, [("tieout-producer", str(keyed).encode()), ("tieout-signature", b"\xff\xfe")]),
        (elsewhere, signed(elsewhere, keyed, key)),
        (foreign, signed(foreign, keyed, key)),
    ]

    for content, headers in sent:
        await service.publish("transactions.v1", content, headers=headers)
    letters = await dead_letters(service, len(sent))
    before = await service.pool.fetchval("SELECT count(*) FROM record")
    await service.publish("transactions.v1", value, headers=signed(value, keyed, key))
    second = a_message(a_transaction(4))
    await service.publish(
        "transactions.v1", second, headers=[("tieout-producer", str(trusted).encode())]
    )
    await service.until("SELECT count(*) FROM record", lambda count: count == 2)

    assert before == 0
    assert len(letters) == len(sent)
    assert sorted(one.value for one in letters) == sorted(content for content, _ in sent)
    reasons = " ".join(header(one, "reason") for one in letters)
    for part in ("tieout-producer is missing", "signature", "is none of", "may not publish"):
        assert part in reasons


async def test_each_transaction_is_taken_or_refused_by_itself(service: Service) -> None:
    await service.make_stream()
    producer = await make_producer(service, None)
    headers = [("tieout-producer", str(producer).encode())]
    bad = [
        a_transaction(1, amount=-5),
        a_transaction(2, amount=12.5),
        {"external_id": "tx-3"},
        a_transaction(4, unknown=True),
        a_transaction(5, description="a\0b"),
        "no object",
        a_transaction(6, currency="???"),
    ]
    mixed = [one for n, wrong in enumerate(bad) for one in (a_transaction(100 + n), wrong)]

    await service.publish("transactions.v1", a_message(*mixed), headers=headers)
    await service.until("SELECT count(*) FROM record", lambda count: count == len(bad))
    conflict = a_message(a_transaction(100), a_transaction(101, amount=1))
    await service.publish("transactions.v1", conflict, headers=headers)
    letters = await dead_letters(service, len(bad) + 1)

    assert sorted(int(header(one, "part")) for one in letters) == [1, 1, 3, 5, 7, 9, 11, 13]
    [refused] = [one for one in letters if "external_id_conflict" in header(one, "reason")]
    assert json.loads(refused.value) == a_transaction(101, amount=1)
    assert await service.pool.fetchval("SELECT count(*) FROM record") == len(bad)
    sources = await service.pool.fetch("SELECT DISTINCT source FROM record")
    assert [one["source"] for one in sources] == ["transactions"]


async def test_poison_is_put_aside_and_the_rest_goes_on(service: Service) -> None:
    await service.make_stream()
    producer = await make_producer(service, None)
    headers = [("tieout-producer", str(producer).encode())]
    good = a_message(a_transaction(1))
    poison = [
        b"",
        os.urandom(300),
        good[:-20],
        b'{"organization_id": 1}',
        b"[" * 50_000,
        good.replace(b"bank", b"b\\u0000nk"),
        good.replace(b'"organization_id": 1', b'"organization_id": 123456789012345678901'),
        b'"' + b"x" * 900_000 + b'"',
        b'{"organization_id":1,"stream_key":"bank","transactions":['
        + b'{"metadata":' * 5_000
        + b"1"
        + b"}" * 5_000
        + b"]}",
    ]

    for value in poison:
        await service.publish("transactions.v1", value, headers=headers)
    await service.publish("transactions.v1", good, headers=[*headers, ("odd", b"\xff\xfe\x00")])
    await service.until("SELECT count(*) FROM record", lambda count: count == 1)
    letters = await dead_letters(service, len(poison))

    assert await service.pool.fetchval("SELECT count(*) FROM dead_letter") == len(poison)
    assert len({(header(one, "partition"), header(one, "offset")) for one in letters}) == len(
        poison
    )
    assert all(header(one, "reason") for one in letters)


async def test_the_example_publishes_what_ingest_takes(service: Service, tmp_path: Path) -> None:
    await service.make_stream()
    key = Ed25519PrivateKey.generate()
    pem = tmp_path / "producer.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    script = [sys.executable, str(EXAMPLES / "publish_transactions.py"), "--private-key", str(pem)]
    shown = await asyncio.to_thread(
        subprocess.run, [*script, "--show-public-key"], capture_output=True, check=True, text=True
    )
    made = await service.client.post(
        "/internal/producers",
        json={"name": "cards", "public_key": shown.stdout.strip(), "stream_keys": ["bank"]},
    )

    await asyncio.to_thread(
        subprocess.run,
        [
            *script,
            "--producer",
            str(made.json()["id"]),
            str(EXAMPLES / "transactions.jsonl"),
        ],
        env=service.environment,
        check=True,
        timeout=60,
    )

    await service.until("SELECT count(*) FROM record", lambda count: count == 3)
    assert await service.pool.fetchval("SELECT count(*) FROM dead_letter") == 0
