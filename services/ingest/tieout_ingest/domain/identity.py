"""What makes a record the same record when it comes again (ADR 0003)."""

import re
from datetime import date
from hashlib import blake2b

_DIGIT = re.compile(r"[1-9]").search
_NOT_ALPHANUMERIC = re.compile(r"[^A-Z0-9]+")
PLACEHOLDERS = frozenset(
    {
        "", "NA", "NIL", "NONE", "NONREF", "NOREF", "NOREFERENCE", "NOTAPPLICABLE", "NOTAVAILABLE",
        "NOTGIVEN", "NOTKNOWN", "NOTPROVIDED", "NULL", "UNDEFINED", "UNKNOWN",
    }
)  # fmt: skip


def real_reference(text: str | None) -> str | None:
    """Return a reference without its blanks, or None when it only fills the place of one."""
    if not text:
        return None
    reference = text.strip()
    if _DIGIT(reference):
        return reference
    letters = _NOT_ALPHANUMERIC.sub("", reference.upper()).strip("0")
    return None if letters in PLACEHOLDERS else reference


def reference_identity(
    *,
    account: str | None,
    reference: str,
    detail_index: int,
    direction: str,
    reversal: bool,
    settlement_date: date | None,
) -> str:
    """Identify a bank's record by its reference; the same while pending and once booked.

    `settlement_date` belongs to it where the reference is the payment's own (TxId and the like):
    clearings use those numbers again on other days.
    """
    parts = (account or "", reference, str(detail_index), direction, str(reversal),
             "" if settlement_date is None else settlement_date.isoformat())  # fmt: skip
    return "r:" + _digest(parts).hex()


class Occurrences:
    """Counts identical content within one file, so that each of k equal rows is a record."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}

    def identity(self, *parts: str | None) -> str:
        """Identify a record by its content and by being the k-th with it in this file."""
        digest = _digest(tuple(part or "" for part in parts))
        key = int.from_bytes(digest[:8], "little")
        occurrence = self._seen.get(key, 0)
        self._seen[key] = occurrence + 1
        return f"c:{digest.hex()}" if occurrence == 0 else f"c:{digest.hex()}:{occurrence}"


def _digest(parts: tuple[str, ...]) -> bytes:
    return blake2b("\x1f".join(parts).encode(errors="surrogateescape"), digest_size=16).digest()
