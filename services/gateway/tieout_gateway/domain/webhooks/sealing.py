"""Secrets in a table that is none of itself a store of secrets: sealed under a key elsewhere."""

import secrets
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32
_NONCE_BYTES = 12
_PURPOSE = b"tieout webhook secrets"


class SealError(ValueError):
    """The key is another one, or what was sealed has been changed: nothing can be signed."""


@dataclass(frozen=True, kw_only=True)
class Seal:
    """AES-256-GCM; what is sealed for one organisation opens for no other."""

    key: bytes = field(repr=False)

    @classmethod
    def under(cls, pepper: str) -> Self:
        """Derive the key from the setting that the HMACs of API keys are made under."""
        derived = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE)
        return cls(key=derived.derive(pepper.encode()))

    def close(self, secret: bytes, *, organization_id: int) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, secret, _bound(organization_id))

    def open(self, sealed: bytes, *, organization_id: int) -> bytes:
        """Read a secret again; raises SealError."""
        nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return AESGCM(self.key).decrypt(nonce, content, _bound(organization_id))
        except (InvalidTag, ValueError) as error:
            raise SealError("the secret was sealed under another key") from error


def _bound(organization_id: int) -> bytes:
    return f"organization {organization_id}".encode()
