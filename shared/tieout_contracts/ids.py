"""Public identifiers: one integer per object, shown as it is or as a UUID that embeds it.

UUID version 8 (RFC 9562 section 5.8): 16 bits kind, 53 bits of integer and a fixed mark, so that
both directions need no lookup and a UUID of another kind is refused.
"""

from enum import IntEnum
from uuid import UUID

MAX_ID = 2**53 - 1
_LOW_BITS = 21
# Version 8, the RFC variant, and a mark in the spare bits that tells our UUIDs from others'.
_FRAME = 0x8 << 76 | 0x7E0 << 64 | 0b10 << 62


class Kind(IntEnum):
    ORGANIZATION = 1
    STREAM = 2
    RECORD = 3
    IMPORT_BATCH = 4
    BULK_REQUEST = 5
    RECONCILIATION = 6
    RULE = 7
    MATCH = 8
    BUCKET = 9
    BREAK = 10
    OPERATION = 11
    LEDGER_RUN = 12
    PAYMENT_INTENT = 20
    CASE = 21
    CASE_EVENT = 22
    COMMENT = 30


class IdError(ValueError):
    """The text is no identifier of this kind; a caller answers 404."""


def integer_id(text: str | int) -> int:
    """Read an integer identifier from an integer or its decimal string; raises IdError."""
    digits = str(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MAX_ID))):
        raise IdError(f"{digits[:60]!r} is not an identifier")
    number = int(digits)
    if not 0 < number <= MAX_ID:
        raise IdError(f"{digits} is outside the range of identifiers")
    return number


def uuid_of(kind: Kind, number: int) -> UUID:
    """Embed (kind, number) in a UUID; raises IdError when the number has over 53 bits."""
    if not 0 < number <= MAX_ID:
        raise IdError(f"{number} is outside the range of identifiers")
    high, low = divmod(number, 1 << _LOW_BITS)
    return UUID(int=kind << 112 | high << 80 | _FRAME | low)


def number_of(kind: Kind, text: str) -> int:
    """Read back the integer of a UUID made by `uuid_of` for the same kind; raises IdError."""
    try:
        value = UUID(text)
    except ValueError as error:
        raise IdError(f"{text[:60]!r} is not a UUID") from error
    number = (value.int >> 80 & 0xFFFF_FFFF) << _LOW_BITS | value.int & (1 << _LOW_BITS) - 1
    if not 0 < number <= MAX_ID or uuid_of(kind, number) != value:
        raise IdError(f"{text[:60]!r} is not a {kind.name.lower()} identifier")
    return number
