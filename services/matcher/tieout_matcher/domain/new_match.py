"""A match to be made, by whomever: a pass, a person or a command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import msgspec

from tieout_contracts.outcomes import (
    Adjustment,
    Doubt,
    EntryView,
    MatchAccepted,
    MatchKind,
    MatchSuggested,
)
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.outcome import Place, view_of


class Part(NamedTuple):
    """How much of a member's amount a match takes and leaves; unsigned minor units of its own."""

    allocated_minor: int
    left_minor: int


@dataclass(frozen=True, kw_only=True)
class NewMatch:
    """`members` have side A first; `parts` names those that are not taken whole."""

    match_id: int
    kind: MatchKind
    members: Sequence[Entry]
    status: Literal["accepted", "suggested"] = "accepted"
    rule_id: int | None = None
    rule_version: int | None = None
    operation_id: int | None = None
    run_id: int | None = None
    score: int | None = None
    candidates: int | None = None
    doubt: Doubt | None = None
    others: Sequence[int] = ()
    greedy: bool = False
    adjustments: Sequence[Adjustment] = ()
    parts: Mapping[int, Part] = field(default_factory=dict)

    @property
    def closed_members(self) -> list[Entry]:
        """The members of which nothing stays open."""
        return [
            one
            for one in self.members
            if one.record_id not in self.parts or not self.parts[one.record_id].left_minor
        ]

    def told(self, place: Place, *, seq: int) -> MatchAccepted | MatchSuggested:
        """Make the outcome that tells of it."""
        views = [self._view(one) for one in self.members]
        if self.status == "suggested":
            return MatchSuggested(
                organization_id=place.organization_id,
                reconciliation_id=place.reconciliation_id,
                seq=seq,
                at=place.at,
                match_id=self.match_id,
                kind=self.kind,
                rule_id=self.rule_id,
                rule_version=self.rule_version,
                run_id=self.run_id,
                score=self.score or 0,
                doubt=self.doubt or "ambiguous",
                others=list(self.others),
                members=views,
                adjustments=list(self.adjustments),
            )
        return MatchAccepted(
            organization_id=place.organization_id,
            reconciliation_id=place.reconciliation_id,
            seq=seq,
            at=place.at,
            match_id=self.match_id,
            kind=self.kind,
            rule_id=self.rule_id,
            rule_version=self.rule_version,
            operation_id=self.operation_id,
            run_id=self.run_id,
            score=self.score,
            members=views,
            adjustments=list(self.adjustments),
        )

    def _view(self, entry: Entry) -> EntryView:
        part = self.parts.get(entry.record_id)
        if part is None:
            return view_of(entry)
        return msgspec.structs.replace(
            view_of(entry),
            allocated_minor=str(part.allocated_minor),
            left_minor=str(part.left_minor) if part.left_minor else None,
        )
