"""The audit chain: each entry is sealed with the hash of the one before it. Pure.

Who changes, leaves out or reorders an entry has to change every hash after it, and the last one is
what people keep elsewhere. Source: docs/audit.md.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from tieout_contracts.audit_events import AuditNoted

FIRST = bytes(32)


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """`content` is the entry's JSON, byte for byte what was hashed."""

    seq: int
    content: bytes
    hash: bytes


@dataclass(frozen=True, kw_only=True)
class End:
    """Where a chain ends: the last number and hash, 0 and `FIRST` of an empty one."""

    seq: int = 0
    hash: bytes = FIRST


def sealed(end: End, noted: Sequence[AuditNoted]) -> list[Sealed]:
    """Give the next entries their numbers and seals."""
    made = []
    for one in noted:
        seq = end.seq + 1
        content = b'{"seq":%d,' % seq + msgspec.json.encode(one)[1:]
        end = End(seq=seq, hash=seal(end.hash, content))
        made.append(Sealed(seq=seq, content=content, hash=end.hash))
    return made


def seal(before: bytes, content: bytes) -> bytes:
    """SHA-256 of the hash before and the content."""
    return hashlib.sha256(before + content).digest()


def follow(end: End, entries: Iterable[Sealed]) -> tuple[End, int | None]:
    """Check entries that come after `end`; answers where they end, and the first wrong number."""
    for one in entries:
        right = (one.seq, one.hash) == (end.seq + 1, seal(end.hash, one.content))
        if not right or not one.content.startswith(b'{"seq":%d,' % one.seq):
            return end, end.seq + 1
        end = End(seq=one.seq, hash=one.hash)
    return end, None
