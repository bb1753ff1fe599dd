"""What becomes of drafts that arrive at a stream: new, skipped, superseding or conflicting."""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct, field

from tieout_contracts.record import Fields
from tieout_ingest.domain.drafts import Record

EXTERNAL_ID_CONFLICT = "external_id_conflict"
Verdict = Literal["new", "skip", "supersede", "conflict"]


class Known(Struct, frozen=True, kw_only=True, gc=False):
    """The latest version of a record that the stream holds already.

    `version` counts one that is being asked for too. `reported` is what its source said last,
    where a person has corrected that since; `deleted`: it is no more; `leaving`: it was asked to
    be no more, with all of its stream.
    """

    record_id: int
    version: int
    fields: Fields
    reported: Fields | None = None
    deleted: bool = False
    leaving: bool = False


class Stored(Struct, frozen=True, kw_only=True, gc=False):
    """One row to write: `position` orders all versions of all records of a stream."""

    record_id: int
    version: int
    position: int
    draft: Record


class Decision(Struct, frozen=True, kw_only=True):
    """`rows` are written; `skipped` and `conflicts` map a draft's index to the record it met.

    `returned` are records that were deleted, and are there again.
    """

    rows: list[Stored]
    skipped: dict[int, int]
    conflicts: dict[int, str]
    returned: list[int] = field(default_factory=list)


def all_new(drafts: Sequence[Record], numbers: Sequence[int]) -> list[Stored]:
    """Give numbers to drafts of which none is known to be in the stream."""
    return [
        Stored(record_id=number, version=1, position=number, draft=draft)
        for draft, number in zip(drafts, numbers, strict=True)
    ]


def decide(
    *, drafts: Sequence[Record], known: Mapping[str, Known], numbers: Sequence[int]
) -> Decision:
    """Judge each draft against what the stream holds and what came before it in this chunk.

    Same identity and money, as it is or as its source said it → skipped; other money → conflict; a
    pending record is superseded by its booked one as a new version, and so is a deleted one by
    what its source tells again; a record may be known by several identities. `numbers` are unused
    positions, one a draft, rising. Source: semantics of ingest (docs).
    """
    latest = dict(known)
    since: dict[int, Known] = {}  # by record: what this chunk made of it
    decision = Decision(rows=[], skipped={}, conflicts={})
    for index, (draft, number) in enumerate(zip(drafts, numbers, strict=True)):
        earlier = latest.get(draft.identity) if draft.identity is not None else None
        if earlier is not None:
            earlier = since.get(earlier.record_id, earlier)
        verdict = "new" if earlier is None else _judge(earlier, draft.fields)
        if earlier is None or verdict == "supersede":
            row = _row(earlier, draft, number)
            decision.rows.append(row)
            if earlier is not None and earlier.deleted:
                decision.returned.append(earlier.record_id)
            if draft.identity is not None:
                said = Known(record_id=row.record_id, version=row.version, fields=draft.fields)
                latest[draft.identity] = since[row.record_id] = said
        elif verdict == "skip":
            decision.skipped[index] = earlier.record_id
        else:
            decision.conflicts[index] = _explain(earlier, draft.fields)
    return decision


def _row(earlier: Known | None, draft: Record, number: int) -> Stored:
    if earlier is None:
        return Stored(record_id=number, version=1, position=number, draft=draft)
    return Stored(
        record_id=earlier.record_id, version=earlier.version + 1, position=number, draft=draft
    )


def _judge(known: Known, later: Fields) -> Verdict:
    earlier = known.fields
    is_gone = known.deleted or known.leaving
    if is_gone or (earlier.status == "pending" and later.status != "pending"):
        return "supersede"
    said = [earlier] if known.reported is None else [earlier, known.reported]
    if any(not _differences(one, later) for one in said):
        return "skip"
    if earlier.status != "pending" and later.status == "pending" and _same_amount(earlier, later):
        return "skip"  # the notice of what is booked already came late: its dates were expectations
    return "conflict"


def _same_amount(one: Fields, other: Fields) -> bool:
    return one.currency == other.currency and (
        one.signed_minor * 10**other.exponent == other.signed_minor * 10**one.exponent
    )


def _differences(earlier: Fields, later: Fields) -> list[str]:
    """Name the money fields that differ: amount with direction, currency, dates."""
    found = []
    if earlier.currency != later.currency:
        found.append("currency")
    elif not _same_amount(earlier, later):
        found.append("amount or direction")
    found += [name for name in ("date", "value_date")
              if getattr(earlier, name) != getattr(later, name)]  # fmt: skip
    return found


def _explain(earlier: Known, later: Fields) -> str:
    differing = " and ".join(_differences(earlier.fields, later))
    return (
        f"record {earlier.record_id} has this identity with another {differing};"
        " correct the source, or use an identity of its own"
    )
