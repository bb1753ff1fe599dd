"""Secrets of one local stack: random, made once for a data folder, readable by its owner alone."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

_BYTES = 24


@dataclass(frozen=True, kw_only=True)
class StackSecrets:
    role_password: str
    internal_token: str
    key_pepper: str


def load_or_make_secrets(path: Path, *, role_password: str | None = None) -> StackSecrets:
    """Read the secrets of an earlier start, else make and keep new ones.

    On a given PostgreSQL server the roles may exist already, with a password that is given too.
    """
    if path.exists():
        return StackSecrets(**json.loads(path.read_text("utf-8")))
    made = StackSecrets(
        role_password=role_password or secrets.token_hex(_BYTES),
        internal_token=secrets.token_hex(_BYTES),
        key_pepper=secrets.token_hex(_BYTES),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(made)), "utf-8")
    return made
