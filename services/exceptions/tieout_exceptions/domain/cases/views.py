"""The entries that an outcome is about, and what they say."""

from collections.abc import Sequence

import msgspec

from tieout_contracts.outcomes import (
    EntryView,
    MatchAccepted,
    MatchRejected,
    MatchRevoked,
    MatchSuggested,
    MismatchFound,
    Outcome,
)
from tieout_contracts.record import Fields

_fields = msgspec.json.Decoder(Fields).decode


def views_of(outcome: Outcome) -> Sequence[EntryView]:
    """Return every entry that the outcome is about."""
    if isinstance(outcome, MatchAccepted | MatchSuggested | MatchRejected | MatchRevoked):
        return outcome.members
    if isinstance(outcome, MismatchFound):
        return (outcome.entry, outcome.other)
    return (outcome.entry,)


def read_fields(view: EntryView) -> Fields:
    """Read an entry's fields; raises msgspec.MsgspecError or ValueError."""
    return _fields(view.fields)
