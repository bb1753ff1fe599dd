"""What is known of a reconciliation's past: its entries, and who matched them with what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tieout_contracts.config_events import SignMode
from tieout_contracts.outcomes import MatchKind
from tieout_contracts.record import Side
from tieout_matcher.domain.passes.proposal import Blocked

BY_PEOPLE = frozenset({"manual", "force"})


class PastEntry(NamedTuple):
    """An entry as it arrived; `matched`: it is in an accepted match today.

    One that is not `counted` lies outside what was asked for: a match has it in common with one
    that does not.
    """

    record_id: int
    entry_no: int
    side: Side
    fields: bytes
    matched: bool
    counted: bool = True


class PastMatch(NamedTuple):
    """An accepted match, by record ids; a side may be empty (forced without a counterpart)."""

    match_id: int
    kind: MatchKind
    side_a: tuple[int, ...]
    side_b: tuple[int, ...]

    @property
    def by_people(self) -> bool:
        return self.kind in BY_PEOPLE


@dataclass(frozen=True, kw_only=True)
class Past:
    """Entries of one reconciliation, in any order, with every accepted match among them.

    `apart` are the pairs of sets that a person took apart and nobody let go again.
    """

    sign_mode: SignMode
    entries: Sequence[PastEntry]
    matches: Sequence[PastMatch] = ()
    apart: Blocked = frozenset()
