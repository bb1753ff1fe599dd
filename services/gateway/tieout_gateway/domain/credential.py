"""API keys: `tie_<8 public characters>_<secret>`, of which only an HMAC of the secret is kept."""

import hmac
import re
import secrets
import string
from dataclasses import dataclass, field
from hashlib import sha256, sha512

PREFIX_LENGTH = 8
SECRET_LENGTH = 43  # 43 of 62 characters: more than 255 bits
SEED_LENGTH = 32
_PREFIX_ALPHABET = string.digits + string.ascii_lowercase
_SECRET_ALPHABET = string.digits + string.ascii_letters
_DERIVED = b"tieout api key of a seed: "
_KEY = re.compile(r"tie_([0-9a-z]{8})_([0-9A-Za-z]{43})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Credential:
    """One key in full; `secret` never shows in a repr."""

    prefix: str
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        """What the caller keeps and sends."""
        return f"tie_{self.prefix}_{self.secret}"

    def hmac(self, *, pepper: str) -> bytes:
        """32 bytes to keep or compare: HMAC-SHA256 of the secret under the pepper."""
        return hmac.digest(pepper.encode(), self.secret.encode(), sha256)


def new_credential() -> Credential:
    return Credential(
        prefix=_random(_PREFIX_ALPHABET, PREFIX_LENGTH),
        secret=_random(_SECRET_ALPHABET, SECRET_LENGTH),
    )


def new_seed() -> bytes:
    return secrets.token_bytes(SEED_LENGTH)


def derived_credential(seed: bytes, *, pepper: str) -> Credential:
    """Give the key that a seed stands for, always the same; without the pepper nobody can.

    So an answer with a key can be given again although the key itself is kept nowhere.
    """
    number = int.from_bytes(hmac.digest(pepper.encode(), _DERIVED + seed, sha512), "big")
    number, prefix = _spelled(number, _PREFIX_ALPHABET, PREFIX_LENGTH)
    _, secret = _spelled(number, _SECRET_ALPHABET, SECRET_LENGTH)
    return Credential(prefix=prefix, secret=secret)


def read_credential(text: str) -> Credential | None:
    """Read a key; None when the text has not the form of one."""
    found = _KEY.fullmatch(text)
    return Credential(prefix=found[1], secret=found[2]) if found else None


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def _spelled(number: int, alphabet: str, length: int) -> tuple[int, str]:
    """Spell as many digits of the number; returns what is left of it and the text."""
    text = ""
    for _ in range(length):
        number, digit = divmod(number, len(alphabet))
        text += alphabet[digit]
    return number, text
