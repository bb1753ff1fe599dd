"""What an investigation of overdue entries comes to. Pure; no language model.

Every member was explained by the matcher: what nearly matched it, nearest first. A member has a
counterpart when exactly one open record is no more than one condition away, and is nobody else's
in this investigation; a suggestion without doubt counts as one. Anything else that is near makes
it doubtful.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["match_found", "no_match", "needs_review"]
MAX_TOLD = 5  # pairs that the recommendation spells out
MAX_SUGGESTED = 100
_CERTAIN = 100  # percent


@dataclass(frozen=True, kw_only=True)
class Near:
    """A record near a member: `failing` conditions away, and what would have to change."""

    record_id: int
    failing: int
    is_open: bool
    message: str


@dataclass(frozen=True, kw_only=True)
class Explained:
    """What the matcher says of one open member.

    `candidates` were compared, among them all that is open when `searched_all`. `near` begins with
    the nearest; `suggested` are the other records of the suggestion that holds the member.
    """

    record_id: int
    candidates: int
    searched_all: bool
    near: tuple[Near, ...] = ()
    suggested: tuple[int, ...] = ()
    suggestion_is_doubtful: bool = False


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """What is kept and shown; `confidence_percent` as `conclude` defines it."""

    outcome: Outcome
    confidence_percent: int
    candidate_records_searched: int
    suggested_record_ids: tuple[int, ...]
    recommendation_text: str


@dataclass(frozen=True, kw_only=True)
class _Found:
    """Records near one member; `certain`: they are its counterparts as far as rules can tell."""

    record_id: int
    counterparts: tuple[int, ...]
    certain: bool
    message: str


def conclude(explained: Sequence[Explained], *, members: int) -> Conclusion:
    """Sum up what was found of `members` that there are, of which these were explained.

    Confidence: of the members with something near, the share whose counterpart is certain; with
    nothing near, 100 when all that is open was searched for all members, else 0. The outcome is
    a match from 50 on, no match only after a whole search, else a person has to look.
    """
    found = _told_apart([one for one in map(_near_to, explained) if one is not None])
    certain = [one for one in found if one.certain]
    if found:
        percent = _CERTAIN * len(certain) // len(found)
        outcome: Outcome = "match_found" if 2 * percent >= _CERTAIN else "needs_review"
    else:
        whole = len(explained) >= members and all(one.searched_all for one in explained)
        percent = _CERTAIN if whole else 0
        outcome = "no_match" if whole else "needs_review"
    ordered = [*certain, *(one for one in found if not one.certain)]
    suggested = dict.fromkeys(each for one in ordered for each in one.counterparts)
    return Conclusion(
        outcome=outcome,
        confidence_percent=percent,
        candidate_records_searched=sum(one.candidates for one in explained),
        suggested_record_ids=tuple(suggested)[:MAX_SUGGESTED],
        recommendation_text=_text(explained, ordered, members=members),
    )


def _near_to(one: Explained) -> _Found | None:
    """Name what is near a member; None when nothing is."""
    if one.suggested:
        return _Found(
            record_id=one.record_id,
            counterparts=one.suggested,
            certain=not one.suggestion_is_doubtful,
            message="a match of them is suggested: accept or reject it",
        )
    if not one.near:
        return None
    best = one.near[0]
    rivals = [each for each in one.near if each.failing <= max(best.failing, 1)]
    return _Found(
        record_id=one.record_id,
        counterparts=tuple(each.record_id for each in rivals),
        certain=best.failing <= 1 and best.is_open and len(rivals) == 1,
        message=best.message,
    )


def _told_apart(found: Sequence[_Found]) -> list[_Found]:
    """Call doubtful what several members have as their only counterpart."""
    wanted = Counter(each for one in found if one.certain for each in one.counterparts)
    return [
        _Found(
            record_id=one.record_id,
            counterparts=one.counterparts,
            certain=one.certain and all(wanted[each] == 1 for each in one.counterparts),
            message=one.message,
        )
        for one in found
    ]


def _text(explained: Sequence[Explained], found: Sequence[_Found], *, members: int) -> str:
    certain = sum(one.certain for one in found)
    looked = len(explained)
    if not looked:
        return "Nothing is overdue that could be looked at."
    summary = (
        f"Of {looked} overdue records looked at, {certain} have exactly one counterpart that"
        f" nearly matches, {len(found) - certain} have several or weaker ones, and"
        f" {looked - len(found)} have none."
    )
    rest = [f"{members - looked} more are overdue and were not looked at."]
    said = [summary, *(rest if members > looked else [])]
    said += [
        f"Record {one.record_id} and {_listed(one.counterparts)}: {one.message}"
        for one in found[:MAX_TOLD]
    ]
    return "\n".join(said)


def _listed(record_ids: Sequence[int]) -> str:
    return ", ".join(map(str, record_ids[:MAX_TOLD]))
