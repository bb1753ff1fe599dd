"""Why a break is open, as a code and as a sentence. Source: semantics section 6 (reasons)."""

from dataclasses import dataclass

from tieout_contracts.money import decimal_from_minor
from tieout_contracts.outcomes import ReasonCode
from tieout_exceptions.domain.entries import OpenEntry, OverdueEntry

MISMATCHES: frozenset[ReasonCode] = frozenset(
    {"AMOUNT_MISMATCH", "DATE_MISMATCH", "CURRENCY_MISMATCH"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """`text` is a sentence that a person can act on."""

    code: ReasonCode
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """The match that reserves an entry until a person decides.

    `candidates` counts the matches that fit equally well, the suggested one included; None when
    something else than ambiguity is in doubt.
    """

    record_id: int
    match_id: int
    candidates: int | None = None


def reason_of(
    *,
    told: Reason | None,
    mismatch: Reason | None,
    entry: OverdueEntry | None,
    suggestion: Suggestion | None,
) -> Reason | None:
    """Say why a break is open; None when nothing is wrong any more.

    `entry` is None while it is not overdue: then only a mismatch is wrong. Of one that is, first
    an ambiguous suggestion, which a person can decide at once; then what the matcher told, then a
    mismatch, else that no counterpart came.
    """
    if entry is None:
        return mismatch and (told or mismatch)
    if suggestion is not None and suggestion.candidates is not None:
        return Reason(code="AMBIGUOUS", text=_ambiguous(entry, suggestion.candidates))
    return told or mismatch or Reason(code="UNMATCHED_OVERDUE", text=unmatched(entry))


def unmatched(entry: OpenEntry) -> str:
    """Say what is missing and what to do about it."""
    other = "B" if entry.side == "A" else "A"
    return (
        f"T{_named(entry)[1:]} has no counterpart on side {other} and was expected by"
        f" {entry.overdue_at:%Y-%m-%d %H:%M} UTC: check whether side {other} has reported it,"
        " correct the record that differs, or force-match it with a reason."
    )


def _ambiguous(entry: OpenEntry, candidates: int) -> str:
    return (
        f"{candidates} candidates fit equally well for {_named(entry)}, and one of them is"
        " suggested: accept it, or reject it and match the right one."
    )


def _named(entry: OpenEntry) -> str:
    amount = decimal_from_minor(abs(entry.signed_minor), exponent=entry.exponent)
    known = entry.reference or entry.external_id or f"record {entry.record_id}"
    what = (
        f"the {amount} {entry.currency} left of the {entry.direction}"
        if entry.partial
        else f"the {entry.direction} of {amount} {entry.currency}"
    )
    return f"{what} dated {entry.date.isoformat()} ({known})"
