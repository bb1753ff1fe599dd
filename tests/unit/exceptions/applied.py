"""A log applied as the handler does, without a database."""

from tieout_exceptions.domain.picture import Picture
from tieout_exceptions.domain.projection import apply_outcome
from tieout_exceptions.domain.severity import SeverityScale
from unit.exceptions.outcome_log import ORGANIZATION, RECONCILIATION, OutcomeLog


def applied(log: OutcomeLog, picture: Picture | None = None) -> Picture:
    """Apply what the picture was not told yet; a new one was told nothing."""
    told = picture or Picture(
        organization_id=ORGANIZATION,
        reconciliation_id=RECONCILIATION,
        applied_seq=0,
        exceptions_seq=0,
    )
    for outcome in log.read():
        if outcome.seq > told.applied_seq:
            apply_outcome(told, outcome, SeverityScale())
    return told
