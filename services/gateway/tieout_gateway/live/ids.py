"""Ids of events as listeners see them: sealed marks.

A position tells how much all organisations' events are together, and whoever could make one up
could have any part of the log read: so it is encrypted, and bound to its organisation.
"""

import base64
import hashlib
import hmac
import os
from binascii import Error as Base64Error

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tieout_gateway.domain.event_marks import Mark, MarkError, pack, unpack

_NONCE_BYTES = 12
_PURPOSE = b"tieout ids of live events"


class EventIds:
    """Seals and opens; every gateway with the same secret reads the others' ids."""

    def __init__(self, secret: str) -> None:
        self._cipher = AESGCM(hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256))

    def seal(self, mark: Mark, *, organization_id: int) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, pack(mark), str(organization_id).encode())
        return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def open(self, text: str, *, organization_id: int) -> Mark:
        """Read an id that this organisation was given; raises MarkError."""
        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            packed = self._cipher.decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], str(organization_id).encode()
            )
        except (Base64Error, InvalidTag, ValueError) as error:
            raise MarkError("is no id of an event that this organisation was told") from error
        return unpack(packed)
