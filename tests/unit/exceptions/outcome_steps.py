"""Random logs: each step does what it can do as things stand, else a record arrives."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from hypothesis import strategies as st

from tieout_contracts.outcomes import EntryUnmatched, MismatchFound
from unit.exceptions.closing_log import close, reopen
from unit.exceptions.outcome_log import OutcomeLog

What = Literal[
    "arrive", "overdue", "match", "part", "revoke", "suggest", "doubt", "accept", "reject",
    "mismatch", "agree", "find", "change", "note", "withdraw", "close", "reopen",
]  # fmt: skip
Step = tuple[What, int, int]
OFTEN: tuple[What, ...] = ("overdue", "match", "mismatch", "suggest", "revoke")
EVERY: tuple[What, ...] = (
    "arrive", "part", "doubt", "accept", "reject", "agree", "find", "change", "note", "withdraw",
    "close", "reopen",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(st.sampled_from((*EVERY, *OFTEN, *OFTEN)), st.integers(0, 9), st.integers(0, 9)),
    min_size=6,
    max_size=40,
)


def follow(log: OutcomeLog, steps: Sequence[Step]) -> OutcomeLog:
    """Let the log tell what the steps do."""
    for what, first, second in steps:
        act = _ACTS.get(what)
        if act is None or not act(log, first, second):
            _arrive(log, first)
    return log


def _arrive(log: OutcomeLog, first: int) -> None:
    record_id = sum(isinstance(one, EntryUnmatched) for one in log.outcomes) + 1
    log.arrive(record_id, amount_minor=str(100 + first * 977), direction="debit")


def _two(log: OutcomeLog, first: int, second: int) -> tuple[int, int] | None:
    """Choose two open records; None when there are not two."""
    ids = list(log.open)
    if len(ids) < 2:
        return None
    one = ids.pop(first % len(ids))
    return one, ids[second % len(ids)]


def _overdue(log: OutcomeLog, first: int, _: int) -> bool:
    fresh = [one.record_id for one in log.open.values() if one.overdue_seq is None]
    if fresh:
        log.overdue(fresh[first % len(fresh)])
    return bool(fresh)


def _match(log: OutcomeLog, first: int, second: int) -> bool:
    two = _two(log, first, second)
    if two:
        log.match(*two)
    return two is not None


def _part(log: OutcomeLog, first: int, second: int) -> bool:
    two = _two(log, first, second)
    if two is None or log.left(two[0]) < 2:
        return False
    log.match(*two, left={two[0]: log.left(two[0]) // 2})
    return True


def _revoke(log: OutcomeLog, first: int, _: int) -> bool:
    if log.matches:
        log.revoke(log.matches[first % len(log.matches)])
        return True
    return False


def _suggest(log: OutcomeLog, first: int, second: int) -> bool:
    two = _two(log, first, second)
    if two is None or any(log.reserving(one) for one in two):
        return False
    log.suggest(*two, others=second)
    return True


def _doubt(log: OutcomeLog, first: int, second: int) -> bool:
    two = _two(log, first, second)
    if two is None or any(log.reserving(one) for one in two):
        return False
    log.suggest(*two, doubt="below_min_score", others=0)
    return True


def _accept(log: OutcomeLog, first: int, _: int) -> bool:
    if log.suggested:
        log.accept(list(log.suggested)[first % len(log.suggested)])
        return True
    return False


def _reject(log: OutcomeLog, first: int, _: int) -> bool:
    if log.suggested:
        log.reject(list(log.suggested)[first % len(log.suggested)])
        return True
    return False


def _mismatch(log: OutcomeLog, first: int, second: int) -> bool:
    expected = [one for one in log.open if one % 2 == 0]
    others = [one for one in log.open if one % 2 == 1]
    if expected and others:
        log.mismatch(expected[first % len(expected)], others[second % len(others)])
        return True
    return False


def _agree(log: OutcomeLog, first: int, second: int) -> bool:
    found = [
        one
        for one in log.outcomes
        if isinstance(one, MismatchFound) and one.entry.record_id in log.open
    ]
    if found:
        one = found[first % len(found)]
        log.end_mismatch(one.entry.record_id, one.other.record_id + 2 * (second == 0))
    return bool(found)


def _find(log: OutcomeLog, first: int, second: int) -> bool:
    late = [one.record_id for one in log.open.values() if one.overdue_seq is not None]
    if late:
        log.find(late[first % len(late)], "ROLLUP_INCOMPLETE", f"{second} records are missing.")
    return bool(late)


def _untouched(log: OutcomeLog) -> list[int]:
    """List records that are in no match: the others may not be changed."""
    return [one for one in log.views if not any(one in members for members in log.taken.values())]


def _change(log: OutcomeLog, first: int, second: int) -> bool:
    ids = _untouched(log)
    if ids:
        amount = {"amount_minor": str(50 + second), "direction": "debit"}
        log.change(ids[first % len(ids)], due_later=second % 3 == 0, **amount)
    return bool(ids)


def _note(log: OutcomeLog, first: int, second: int) -> bool:
    if not log.matches:
        return False
    match_id = log.matches[first % len(log.matches)]
    whole = [one for one in log.taken[match_id] if not log.left(one)]
    if whole:
        log.note(whole[second % len(whole)], match_id)
    return bool(whole)


def _withdraw(log: OutcomeLog, first: int, _: int) -> bool:
    ids = _untouched(log)
    if ids:
        log.withdraw(ids[first % len(ids)])
    return bool(ids)


def _close(log: OutcomeLog, first: int, _: int) -> bool:
    ids = _untouched(log)
    if ids:
        close(log, ids[first % len(ids)])
    return bool(ids)


def _reopen(log: OutcomeLog, first: int, _: int) -> bool:
    ids = list(log.closed)
    if ids:
        reopen(log, ids[first % len(ids)])
    return bool(ids)


_ACTS: Mapping[str, Callable[[OutcomeLog, int, int], bool]] = {
    "overdue": _overdue,
    "match": _match,
    "part": _part,
    "revoke": _revoke,
    "suggest": _suggest,
    "doubt": _doubt,
    "accept": _accept,
    "reject": _reject,
    "mismatch": _mismatch,
    "agree": _agree,
    "find": _find,
    "change": _change,
    "note": _note,
    "withdraw": _withdraw,
    "close": _close,
    "reopen": _reopen,
}
