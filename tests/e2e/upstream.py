"""An upstream system: registered by an operator, it signs what it publishes."""

import asyncio
import base64
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fixtures.public_api import PublicApi
from fixtures.stack import RunningStack

_PROGRAM = Path(__file__).resolve().parents[2] / "examples" / "publish_transactions.py"


@dataclass(frozen=True, kw_only=True)
class Upstream:
    """Publishes with the example program, as an upstream's operator would."""

    stack: RunningStack
    organization_id: int
    producer_id: int
    folder: Path

    async def publish(self, stream_key: str, transactions: Sequence[dict[str, Any]]) -> None:
        lines = self.folder / "transactions.jsonl"
        text = "\n".join(json.dumps(one) for one in transactions)
        await asyncio.to_thread(lines.write_text, text, "utf-8")
        named = {
            "--organization": self.organization_id,
            "--stream": stream_key,
            "--producer": self.producer_id,
            "--private-key": self.folder / "producer.pem",
        }
        options = [str(part) for option in named.items() for part in option]
        environment = os.environ | {
            "TIEOUT_KAFKA_BOOTSTRAP": self.stack.kafka_bootstrap,
            "TIEOUT_TOPIC_PREFIX": self.stack.topic_prefix,
            "TIEOUT_KAFKA_IDEMPOTENT": "true" if self.stack.local.broker.idempotent else "false",
        }
        command = [sys.executable, _PROGRAM, *options, lines]
        await asyncio.to_thread(subprocess.run, command, env=environment, check=True, timeout=60)


async def register_upstream(
    stack: RunningStack, api: PublicApi, folder: Path, *, stream_keys: Sequence[str]
) -> Upstream:
    """Make a key pair and have ingest know its public half."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "producer.pem").write_bytes(pem)
    public_key = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    headers = {
        "authorization": f"Bearer {stack.local.secrets.internal_token}",
        "tieout-organization": str(api.organization.organization_id),
        "tieout-account": "1",
    }
    body = {"name": "upstream", "public_key": public_key, "stream_keys": list(stream_keys)}
    async with httpx2.AsyncClient(base_url=stack.local.url_of("ingest"), trust_env=False) as ingest:
        answer = await ingest.post("/internal/producers", json=body, headers=headers)
    answer.raise_for_status()
    return Upstream(
        stack=stack,
        organization_id=api.organization.organization_id,
        producer_id=int(answer.json()["id"]),
        folder=folder,
    )
