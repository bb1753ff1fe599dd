"""What a replay found, for people and for programs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

_HASH_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One reconciliation, live and replayed: SHA-256 of what is compared, over `outcomes`.

    `behind` outcomes were not applied yet; `not_comparable` says what ended the comparison after
    `outcomes`; `notes` what differs, or was left out.
    """

    organization_id: int
    reconciliation_id: int
    outcomes: int
    live: str
    replayed: str
    behind: int = 0
    not_comparable: str | None = None
    notes: Sequence[str] = field(default=())

    @property
    def holds(self) -> bool:
        return self.live == self.replayed and not self.behind

    @property
    def verdict(self) -> str:
        if self.live != self.replayed:
            return "DIFFERENT"
        if self.behind:
            return f"BEHIND by {self.behind}"
        if self.not_comparable:
            before = "equal before" if self.outcomes else "nothing before it can be compared"
            return f"not comparable: has {self.not_comparable}; {before}"
        return "equal"


def holds(found: Sequence[Compared]) -> bool:
    """Whether all that can be compared is equal."""
    return all(one.holds for one in found)


def as_table(found: Sequence[Compared]) -> str:
    """Give a line for each reconciliation, below it what is to be known of it, and a sum."""
    head = f"{'organization':>12} {'reconciliation':>14} {'outcomes':>9}  {'live':<12}  replayed"
    lines = [head, *(line for one in found for line in _lines(one))]
    equal = sum(1 for one in found if one.holds and not one.not_comparable)
    partly = sum(1 for one in found if one.holds and one.not_comparable)
    wrong = len(found) - equal - partly
    outcomes = sum(one.outcomes for one in found)
    total = f"{len(found)} reconciliations, {outcomes:,} outcomes"
    sums = f"{equal} equal, {partly} not comparable to the end, {wrong} not equal"
    return "\n".join([*lines, f"{total}: {sums}"])


def _lines(one: Compared) -> list[str]:
    hashes = f"{one.live[:_HASH_SHOWN]}  {one.replayed[:_HASH_SHOWN]}"
    place = f"{one.organization_id:>12} {one.reconciliation_id:>14} {one.outcomes:>9}"
    return [f"{place}  {hashes}  {one.verdict}", *(f"{'':>12} {note}" for note in one.notes)]


def as_json(found: Sequence[Compared]) -> str:
    """Give one JSON object: holds, and what was found of each reconciliation."""
    told = [
        {
            "organization_id": one.organization_id,
            "reconciliation_id": one.reconciliation_id,
            "outcomes": one.outcomes,
            "live": one.live,
            "replayed": one.replayed,
            "verdict": one.verdict,
            "notes": list(one.notes),
        }
        for one in found
    ]
    return json.dumps({"holds": holds(found), "reconciliations": told})
