"""Outcomes applied to a picture, one after the other, in the order of their numbers.

Each outcome is applied whole, buckets included, before the next: so the result depends on the log
alone, not on how it was cut into batches. The functions return the streams whose slices they
touched.
"""

from tieout_exceptions.domain.accepting import accept
from tieout_exceptions.domain.breaks import Resolution, resolved
from tieout_exceptions.domain.causes import (
    with_mismatch,
    with_told,
    without_ambiguity,
    without_mismatch,
)
from tieout_exceptions.domain.entries import OverdueEntry
from tieout_exceptions.domain.outcomes import (
    Accepted,
    Applicable,
    Changed,
    Found,
    Mismatched,
    MismatchOver,
    Overdue,
    Rejected,
    Reopened,
    Revoked,
    Suggested,
    Withdrawn,
)
from tieout_exceptions.domain.picture import Picture
from tieout_exceptions.domain.reasons import Suggestion
from tieout_exceptions.domain.reviewing import (
    end_mismatch,
    end_mismatches_with,
    present_break,
    review,
)
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.domain.slices import sweep_slice


def apply_outcome(picture: Picture, outcome: Applicable, scale: SeverityScale) -> None:
    """Apply one outcome to what the picture holds."""
    picture.applied_seq = outcome.seq
    for stream_id in sorted(_apply(picture, outcome, scale)):
        sweep_slice(picture, stream_id, at=outcome.at)


def _apply(picture: Picture, outcome: Applicable, scale: SeverityScale) -> set[int]:
    touched: set[int] = set()
    match outcome:
        case Accepted():
            touched = accept(picture, outcome)
        case Overdue():
            touched = _overdue(picture, outcome, scale)
        case Revoked():
            touched = _revoke(picture, outcome, scale)
        case Changed():
            touched = _change(picture, outcome, scale)
        case Withdrawn():
            touched = _withdraw(picture, outcome)
        case Reopened():
            touched = _reopen(picture, outcome, scale)
        case Mismatched():
            _mismatch(picture, outcome, scale)
        case Found() | MismatchOver():
            _find(picture, outcome)
        case Suggested() | Rejected():
            _reserve(picture, outcome)
    return touched


def _overdue(picture: Picture, outcome: Overdue, scale: SeverityScale) -> set[int]:
    """Keep the entry and raise its break; one that is open for a mismatch stays so."""
    entry = outcome.entry
    picture.put_entry(entry)
    before = picture.unresolved(entry.record_id)
    current = present_break(picture, entry, scale, at=outcome.at)
    if current is not None:
        if before is None:
            current = with_told(without_mismatch(current), outcome.told)
        elif before.mismatch_with is None:
            current = with_told(current, outcome.told)
        review(picture, current, at=outcome.at)
    return {entry.stream_id}


def _revoke(picture: Picture, outcome: Revoked, scale: SeverityScale) -> set[int]:
    """Take back members that had been overdue, and reopen the breaks that the match resolved.

    A member that was not overdue has a break only when it differs from its counterpart.
    """
    touched = set()
    for entry in outcome.entries:
        before = picture.breaks.get(entry.record_id)
        if isinstance(entry, OverdueEntry):
            picture.put_entry(entry)
            touched.add(entry.stream_id)
        elif before is None or (
            before.status == "RESOLVED" and before.match_id != outcome.match_id
        ):
            continue
        current = present_break(picture, entry, scale, at=outcome.at, revoked=outcome.match_id)
        if current is not None:
            review(picture, current, at=outcome.at)
    return touched


def _change(picture: Picture, outcome: Changed, scale: SeverityScale) -> set[int]:
    """Replace an entry by its later version; what was told of the earlier one is forgotten.

    One that is due later now is overdue no more; one that is not open has nothing to show.
    """
    if not outcome.is_open:
        return set()
    entry = outcome.entry
    kept = picture.take_entry(entry.record_id)
    if isinstance(entry, OverdueEntry):
        picture.put_entry(entry)
    if isinstance(entry, OverdueEntry) or picture.unresolved(entry.record_id):
        current = present_break(picture, entry, scale, at=outcome.at)
        if current is not None:
            review(picture, with_told(without_mismatch(current), None), at=outcome.at)
    end_mismatches_with(picture, entry.record_id, at=outcome.at)
    return set() if kept is None and not isinstance(entry, OverdueEntry) else {entry.stream_id}


def _withdraw(picture: Picture, outcome: Withdrawn) -> set[int]:
    """Forget an entry that is no more; its break resolves by itself."""
    record_id = outcome.entry.record_id
    picture.take_suggestion(record_id)
    entry = picture.take_entry(record_id)
    current = picture.unresolved(record_id)
    if current is not None:
        resolution = Resolution(match_id=None, seq=outcome.seq)
        picture.put_break(resolved(current, resolution, at=outcome.at), at=outcome.at)
    end_mismatches_with(picture, record_id, at=outcome.at)
    return set() if entry is None else {entry.stream_id}


def _reopen(picture: Picture, outcome: Reopened, scale: SeverityScale) -> set[int]:
    """Take back an overdue entry that was closed, and reopen the break that this had resolved.

    What it was told to differ from is found anew; one that was not overdue has no break.
    """
    entry = outcome.entry
    if not isinstance(entry, OverdueEntry):
        return set()
    picture.put_entry(entry)
    current = present_break(picture, entry, scale, at=outcome.at)
    if current is not None:
        review(picture, without_mismatch(current), at=outcome.at)
    return {entry.stream_id}


def _mismatch(picture: Picture, outcome: Mismatched, scale: SeverityScale) -> None:
    """Raise the break of the expected entry, overdue or not; the same pair is told once."""
    before = picture.unresolved(outcome.entry.record_id)
    if before is not None and before.mismatch_with == outcome.other_record_id:
        return
    current = present_break(picture, outcome.entry, scale, at=outcome.at)
    if current is not None:
        made = with_mismatch(current, outcome.mismatch, other_record_id=outcome.other_record_id)
        review(picture, made, at=outcome.at)


def _find(picture: Picture, outcome: Found | MismatchOver) -> None:
    """Change the reason of an open break, or end its mismatch; what that says is known."""
    if isinstance(outcome, MismatchOver):
        record_id, other = outcome.entry.record_id, outcome.other_record_id
        end_mismatch(picture, record_id, other=other, at=outcome.at)
        return
    current = picture.unresolved(outcome.entry.record_id)
    if current is None:
        return
    told = (outcome.reason_code, outcome.reason)
    if told != (current.mismatch_code, current.mismatch_reason):
        review(picture, with_told(current, outcome.told), at=outcome.at)


def _reserve(picture: Picture, outcome: Suggested | Rejected) -> None:
    if isinstance(outcome, Suggested):
        _suggest(picture, outcome)
    else:
        _reject(picture, outcome)


def _suggest(picture: Picture, outcome: Suggested) -> None:
    """Note that the members are reserved, overdue or not; their breaks show it."""
    for member in outcome.members:
        suggestion = Suggestion(
            record_id=member.record_id, match_id=outcome.match_id, candidates=outcome.candidates
        )
        picture.put_suggestion(suggestion)
        current = picture.unresolved(member.record_id)
        if current is not None:
            review(picture, current, at=outcome.at)


def _reject(picture: Picture, outcome: Rejected) -> None:
    """Forget a suggestion."""
    for member in outcome.members:
        suggestion = picture.suggestions.get(member.record_id)
        if suggestion is None or suggestion.match_id != outcome.match_id:
            continue
        picture.take_suggestion(member.record_id)
        current = picture.unresolved(member.record_id)
        if current is not None:
            review(picture, without_ambiguity(current), at=outcome.at)
