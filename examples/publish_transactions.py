"""Publish transactions as an upstream system does: batches on the topic `transactions`, signed.

    python examples/publish_transactions.py --organization 1 --stream bank --producer 3 \
        --private-key producer.pem transactions.jsonl

The file holds one JSON object a line: external_id, amount (integer of minor units), direction
(credit or debit), date, and what else `tieout_contracts.transactions.Transaction` knows. A key is
made by `openssl genpkey -algorithm ed25519 -out producer.pem`; `--show-public-key` prints the half
that the producer is registered with. The broker is TIEOUT_KAFKA_BOOTSTRAP; the topic's prefix
TIEOUT_TOPIC_PREFIX (`tieout.`).
"""

import argparse
import asyncio
import base64
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

TRANSACTIONS_A_MESSAGE = 500


def read_key(path: Path | None) -> Ed25519PrivateKey | None:
    if path is None:
        return None
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise SystemExit(f"{path} holds no Ed25519 private key")
    return key


def messages(arguments: argparse.Namespace) -> Iterator[bytes]:
    lines = arguments.file.read_text("utf-8").splitlines()
    transactions: list[Any] = [json.loads(line) for line in lines if line.strip()]
    for start in range(0, len(transactions), TRANSACTIONS_A_MESSAGE):
        message = {
            "organization_id": arguments.organization,
            "stream_key": arguments.stream,
            "transactions": transactions[start : start + TRANSACTIONS_A_MESSAGE],
        }
        yield json.dumps(message).encode()


def headers(
    value: bytes, *, producer_id: int, key: Ed25519PrivateKey | None
) -> list[tuple[str, bytes]]:
    """Say who publishes, and prove it: the signature is over the value's bytes, in base64."""
    named = [("tieout-producer", str(producer_id).encode())]
    if key is not None:
        named.append(("tieout-signature", base64.b64encode(key.sign(value))))
    return named


async def publish(arguments: argparse.Namespace, key: Ed25519PrivateKey | None) -> int:
    """Send all messages; returns when the broker has every one of them on all replicas."""
    idempotent = os.environ.get("TIEOUT_KAFKA_IDEMPOTENT", "true") == "true"
    producer = AIOKafkaProducer(
        bootstrap_servers=os.environ["TIEOUT_KAFKA_BOOTSTRAP"],
        acks="all",
        enable_idempotence=idempotent,
    )
    topic = os.environ.get("TIEOUT_TOPIC_PREFIX", "tieout.") + "transactions.v1"
    await producer.start()
    try:
        sent = [
            await producer.send(
                topic,
                value,
                key=arguments.stream.encode(),
                headers=headers(value, producer_id=arguments.producer, key=key),
            )
            for value in messages(arguments)
        ]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()
    return len(sent)


def main(given: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description="Publish transactions to be reconciled.")
    parser.add_argument("--organization", type=int, default=1)
    parser.add_argument("--stream", default="bank", help="key of the data stream")
    parser.add_argument("--producer", type=int, default=0, help="number of the producer")
    parser.add_argument("--private-key", type=Path, help="PEM file with an Ed25519 private key")
    parser.add_argument("--show-public-key", action="store_true")
    parser.add_argument("file", type=Path, nargs="?", help="transactions, one JSON object a line")
    arguments = parser.parse_args(given)
    key = read_key(arguments.private_key)
    if arguments.show_public_key and key is not None:
        print(base64.b64encode(key.public_key().public_bytes_raw()).decode())
    elif arguments.file is not None:
        print(f"published {asyncio.run(publish(arguments, key))} messages")
    else:
        parser.error("name a file of transactions, or --private-key and --show-public-key")


if __name__ == "__main__":
    main(sys.argv[1:])
