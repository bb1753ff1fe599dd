"""Standard Webhooks: who a message is from, and that nobody changed it (symmetric, `v1`)."""

import secrets
from base64 import b32encode, b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from standardwebhooks import Webhook

SECRET_LENGTH = 32  # the text asks for 24 to 64
_ID_BYTES = 20


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_LENGTH)


def secret_text(secret: bytes) -> str:
    """Write a secret as the receiver keeps it."""
    return "whsec_" + b64encode(secret).decode()


def webhook_id_of(*, endpoint_id: int, event_id: str) -> str:
    """Name a message: the same event for the same endpoint always has the same name."""
    digest = sha256(f"{endpoint_id}:{event_id}".encode()).digest()[:_ID_BYTES]
    return "msg_" + b32encode(digest).decode().lower()


def signed_headers(
    body: str, *, webhook_id: str, at: datetime, keys: Sequence[bytes]
) -> dict[str, str]:
    """Give the headers of one attempt at `at` (UTC): one signature for each secret."""
    signatures = [Webhook(key).sign(webhook_id, at, body) for key in keys]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
