"""Open entries that are near another: by the index, and among those that are not indexed yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tieout_contracts.config_events import SignMode
from tieout_matcher.domain.explaining.search_sets import SearchSet
from tieout_matcher.domain.facts import Facts, facts_of
from tieout_matcher.store import search_index
from tieout_matcher.store.search_index import State
from tieout_matcher.views import Row
from tieout_runtime.postgres import Connection

NOT_INDEXED = 200  # on either side of an entry in order of arrival
Key = tuple[int, int]
Measures = tuple[int, int]
ALL: Measures = (-(2**63), 2**63 - 1)


@dataclass(frozen=True, kw_only=True)
class OpenSearch:
    """Looks among the open entries of one reconciliation; `fresh` are not indexed yet."""

    connection: Connection
    key: Key
    sign_mode: SignMode
    state: State | None
    fresh: Sequence[Row]

    async def nearest(self, keys: Sequence[int], *, measure: int, limit: int) -> list[Row]:
        """Load indexed entries under these keys, so many on either side of a measure for each."""
        if self.state is None or not keys:
            return []
        return await search_index.nearest(
            self.connection, self.key, keys, measure=measure, limit=limit
        )

    async def within(
        self, sets: Sequence[SearchSet], keys: Collection[int], measures: Measures, *, limit: int
    ) -> list[Facts]:
        """Read entries that may be matched, under keys of these sets, between two measures.

        Of each key so many with the greatest measures.
        """
        if not keys:
            return []
        rows: list[Row] = []
        if self.state is not None:
            rows = await search_index.within(
                self.connection, self.key, list(keys), measures=measures, limit=limit
            )
        found = {row["record_id"]: self.facts(row) for row in rows}
        for row in self.fresh:
            facts = self.facts(row)
            if row["suggested_by"] is None and _kept_within(facts, sets, keys, measures):
                found[facts.record_id] = facts
        return sorted(found.values(), key=lambda one: (one.said["date"], one.record_id))

    def facts(self, row: Row) -> Facts:
        """Read an entry's row; of one partly matched what is left counts."""
        left = row["left_minor"]
        return facts_of(
            record_id=row["record_id"],
            entry_no=row["entry_no"],
            side=row["side"],
            fields=row["fields"],
            sign_mode=self.sign_mode,
            left_minor=None if left is None else int(left),
        )


async def open_search(
    connection: Connection, key: Key, *, entry_no: int, sign_mode: SignMode, state: State | None
) -> OpenSearch:
    """Make a search around an entry."""
    fresh = await search_index.not_indexed(
        connection,
        key,
        after=0 if state is None else state.indexed_no,
        entry_no=entry_no,
        limit=NOT_INDEXED,
    )
    return OpenSearch(connection=connection, key=key, sign_mode=sign_mode, state=state, fresh=fresh)


def _kept_within(
    facts: Facts, sets: Sequence[SearchSet], keys: Collection[int], measures: Measures
) -> bool:
    low, high = measures
    return any(
        place.key_hash in keys and low <= place.measure <= high
        for one in sets
        for place in one.kept(facts)
    )
