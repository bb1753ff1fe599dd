"""What rules are learned from: open entries, and matches that people made. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from tieout_contracts.record import Side
from tieout_matcher.domain.backtesting.past import Past, PastMatch
from tieout_matcher.domain.facts import Facts, facts_of

MIN_SHARE = 20  # a field is looked at when one of so many entries of a side has it
MAX_FIELDS = 16  # of a side
MAX_NESTED = 3
MAX_NAME = 200  # characters: what a rule asks for is told in its description
PLAIN_TEXTS = ("reference", "external_id", "description", "counterparty")
Example = tuple[Facts, Facts]  # of side A, of side B


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Entries with the matches that people made of them; all others are open."""

    past: Past

    @cached_property
    def facts(self) -> Mapping[int, Facts]:
        """Every entry decoded, by record."""
        return {
            one.record_id: facts_of(
                record_id=one.record_id,
                entry_no=one.entry_no,
                side=one.side,
                fields=one.fields,
                sign_mode=self.past.sign_mode,
            )
            for one in self.past.entries
        }

    @cached_property
    def sides(self) -> Mapping[Side, Sequence[Facts]]:
        """The entries of each side, in entry order."""
        ordered = sorted(self.facts.values(), key=lambda one: (one.entry_no, one.record_id))
        return {
            "A": [one for one in ordered if one.side == "A"],
            "B": [one for one in ordered if one.side == "B"],
        }

    @cached_property
    def open(self) -> Mapping[Side, Sequence[Facts]]:
        """The open entries of each side, in entry order."""
        matched = {record for one in self.past.matches for record in (*one.side_a, *one.side_b)}
        return {
            side: [one for one in entries if one.record_id not in matched]
            for side, entries in self.sides.items()
        }

    @cached_property
    def shown(self) -> Sequence[PastMatch]:
        """What people matched, both sides there, in order."""
        both = (one for one in self.past.matches if one.side_a and one.side_b)
        return sorted(both, key=lambda one: one.match_id)

    @cached_property
    def shown_pairs(self) -> Sequence[Example]:
        return [
            (self.facts[one.side_a[0]], self.facts[one.side_b[0]])
            for one in self.shown
            if len(one.side_a) == len(one.side_b) == 1
        ]

    @cached_property
    def fields(self) -> Mapping[Side, Sequence[str]]:
        """The fields of each side that hold texts often enough, the more frequent first."""
        return {side: _fields(entries) for side, entries in self.sides.items()}

    def without(self, records: set[int]) -> "Sample":
        """Leave out entries, and the matches that they were in."""
        return replace(
            self,
            past=replace(
                self.past,
                entries=[one for one in self.past.entries if one.record_id not in records],
                matches=[
                    one
                    for one in self.past.matches
                    if records.isdisjoint((*one.side_a, *one.side_b))
                ],
            ),
        )


def _fields(entries: Sequence[Facts]) -> list[str]:
    named = Counter(name for one in entries for name in _names(one))
    often = [name for name, count in named.items() if count * MIN_SHARE >= len(entries)]
    return sorted(often, key=lambda name: (-named[name], name))[:MAX_FIELDS]


def _names(facts: Facts) -> Iterator[str]:
    yield from (name for name in PLAIN_TEXTS if facts.said.get(name))
    yield from _paths("metadata", facts.said.get("metadata") or {}, MAX_NESTED)


def _paths(path: str, members: Mapping[str, Any], deep: int) -> Iterator[str]:
    for name, value in members.items():
        named = f"{path}.{name}"
        if len(named) > MAX_NAME or not (name.isprintable() and all(name.split("."))):
            continue  # no rule could name it, or be told of
        if isinstance(value, Mapping):
            if deep > 1:
                yield from _paths(named, value, deep - 1)
        elif isinstance(value, str | int | Decimal) and value != "":
            yield named
