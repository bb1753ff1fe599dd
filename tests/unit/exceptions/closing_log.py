"""Entries that people close and open again, as the matcher tells of them."""

from tieout_contracts.outcomes import EntryClosed, EntryReopened
from unit.exceptions.outcome_log import OutcomeLog


def close(log: OutcomeLog, record_id: int) -> None:
    """Take out an entry that is in no match; a suggestion of it is dropped before."""
    if reserving := log.reserving(record_id):
        log.reject(reserving)
    view = log.closed[record_id] = log.views.pop(record_id)
    log.outcomes.append(EntryClosed(**log.named, reason="manual_review", entry=view))


def reopen(log: OutcomeLog, record_id: int) -> None:
    """Bring an entry back, as late as it was."""
    view = log.views[record_id] = log.closed.pop(record_id)
    log.outcomes.append(EntryReopened(**log.named, entry=view))
