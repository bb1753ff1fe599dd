"""Which rules decide on arrival, and which in passes. Source: semantics of deciding (docs)."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from tieout_contracts.config_events import RunType
from tieout_matcher.domain.rule import Rule


@dataclass(frozen=True, kw_only=True)
class Split:
    """The active rules of a reconciliation in the order in which they run: priority, then id.

    `arrival` is the leading run of exact one-to-one rules, `passes` all from the first other on.
    """

    arrival: tuple[Rule, ...]
    passes: tuple[Rule, ...]

    @property
    def active(self) -> tuple[Rule, ...]:
        return (*self.arrival, *self.passes)

    @property
    def needs_passes(self) -> bool:
        """A rule is tried in passes, or has an identity by which mismatches are found there."""
        return bool(self.passes) or any(rule.identifies for rule in self.arrival)


def split(rules: Iterable[Rule], *, run_type: RunType) -> Split:
    """Split rules; proposed ones are left out. Nothing is decided on arrival in batch runs."""
    active = sorted(
        (one for one in rules if one.status == "active"),
        key=lambda one: (one.priority, one.rule_id),
    )
    if run_type == "batch":
        return Split(arrival=(), passes=tuple(active))
    leading = tuple(takewhile(lambda one: one.decides_on_arrival, active))
    return Split(arrival=leading, passes=tuple(active[len(leading) :]))
