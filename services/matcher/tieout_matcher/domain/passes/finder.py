"""All the ways in which the rules of a reconciliation find what may belong together."""

from collections.abc import Sequence

from tieout_matcher.domain.facts import Facts
from tieout_matcher.domain.passes.keys import Blocking, blockings, identity_blockings
from tieout_matcher.domain.rule import Rule


class Finder:
    """Keys of passes: of the rules they try, and of identities also of those of arrival."""

    def __init__(self, *, tried: Sequence[Rule], active: Sequence[Rule]) -> None:
        known = {(one.rule_id, one.version) for one in tried}
        arrival = [one for one in active if (one.rule_id, one.version) not in known]
        self._blockings: list[Blocking] = [
            *(found for rule in tried for found in blockings(rule)),
            *(found for rule in arrival for found in identity_blockings(rule)),
        ]

    def keys(self, facts: Facts) -> list[int]:
        """Return the keys under which an open entry is kept."""
        return [key for one in self._blockings for key in one.keys(facts)]

    def probes(self, facts: Facts) -> list[int]:
        """Return the keys under which what may belong to it is kept."""
        return [key for one in self._blockings for key in one.probes(facts)]
