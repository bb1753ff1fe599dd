"""An open entry and a counterpart that it might have, whichever side each is on."""

from dataclasses import dataclass, replace

from tieout_contracts.config_events import SignMode
from tieout_matcher.domain.explaining.changes import corrected
from tieout_matcher.domain.explaining.judged import Judged, judge
from tieout_matcher.domain.explaining.tree import Tree
from tieout_matcher.domain.facts import Facts


@dataclass(frozen=True, kw_only=True)
class Pair:
    """`entry` is the one asked about, of the other side from `other`."""

    entry: Facts
    other: Facts
    sign_mode: SignMode

    @property
    def side_a(self) -> Facts:
        return self.entry if self.entry.side == "A" else self.other

    @property
    def side_b(self) -> Facts:
        return self.other if self.entry.side == "A" else self.entry

    def judged(self, tree: Tree) -> Judged:
        return judge(tree, (self.side_a,), (self.side_b,))

    def corrected(self, record_id: int, field: str, value: str) -> "Pair":
        """Return the pair as if a record said another value."""
        if record_id == self.entry.record_id:
            return replace(self, entry=corrected(self.entry, field, value, self.sign_mode))
        return replace(self, other=corrected(self.other, field, value, self.sign_mode))
