"""A record before it has a number: what reading makes of a row, ready to be stored."""

import re
from typing import Any

import msgspec

from tieout_contracts.record import Fields
from tieout_ingest.domain.limits import Limits
from tieout_ingest.domain.refusals import Rejection

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
encode_json = msgspec.json.Encoder().encode


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One record draft.

    `identity` is what makes it the same record when it comes again, unique in its stream; None
    only for a record posted without an external id (each is a record of its own).
    `fields_json` and `raw_json` are the encoded forms the store and the events use: encoded once.
    `statement` is the number of the statement within the file, where it has any.
    """

    fields: Fields
    identity: str | None
    line: int
    fields_json: bytes
    raw_json: bytes
    statement: int | None = None


def draft(
    *,
    fields: Fields,
    identity: str | None,
    line: int,
    raw: Any,
    limits: Limits,
    statement: int | None = None,
) -> Record | Rejection:
    """Encode a record, or reject what no store could keep: bytes that are no text, NUL, size."""
    try:
        raw_json = encode_json(raw)
        fields_json = encode_json(fields)
    except UnicodeEncodeError:
        return Rejection(
            line=line,
            code="undecodable_text",
            message=f"line {line} is not in the file's encoding; state `encoding` in the profile",
        )
    except RecursionError:
        return Rejection(
            line=line, code="nesting_too_deep", message=f"line {line} nests values too deeply"
        )
    if b"\\u0000" in raw_json and _NUL.search(raw_json):
        return Rejection(
            line=line,
            code="nul_character",
            message=f"line {line} holds a NUL character, which is no text; leave it out",
        )
    if len(fields_json) > limits.record_bytes:
        return Rejection(
            line=line,
            code="record_too_large",
            message=f"the record of line {line} takes {len(fields_json)} bytes; "
            f"at most {limits.record_bytes} are allowed",
        )
    return Record(
        fields=fields,
        identity=identity,
        line=line,
        fields_json=fields_json,
        raw_json=raw_json,
        statement=statement,
    )
