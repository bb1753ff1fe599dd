"""Explanations: gathered in one transaction of who asks, computed beside the event loop."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tieout_matcher.explained_entries import OpenEntry, open_entry
from tieout_matcher.explained_matches import StoredMatch, stored_match
from tieout_matcher.store import entries, reconciliations, search_index
from tieout_matcher.store.search_index import State
from tieout_matcher.views import JsonObject, entry_view
from tieout_runtime.postgres import Connection, Pool, tenant_transaction
from tieout_runtime.problems import not_found

NOTED_EVERY = timedelta(hours=1)
Key = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Explanations:
    """Answers for the one organisation that asks."""

    pool: Pool
    clock: Callable[[], datetime]

    async def of_match(self, organization_id: int, match_id: int) -> JsonObject:
        """Explain a match of any state; raises Problem 404."""
        async with tenant_transaction(self.pool, organization_id=organization_id) as connection:
            found = await stored_match(connection, organization_id, match_id)
        return await asyncio.to_thread(found.explain)

    async def of_entry(self, key: Key, record_id: int) -> JsonObject:
        """Explain an entry by its match or suggestion, else by what nearly matched.

        Raises Problem 404.
        """
        async with tenant_transaction(self.pool, organization_id=key[0]) as connection:
            shown, found = await self._gather(connection, key, record_id)
        if found is None:
            return {"entry": shown}
        explained = await asyncio.to_thread(found.explain)
        if isinstance(found, StoredMatch):
            return {"entry": shown, "match": explained}
        return {"entry": shown} | explained

    async def _gather(
        self, connection: Connection, key: Key, record_id: int
    ) -> tuple[JsonObject, OpenEntry | StoredMatch | None]:
        """Load an entry and what explains it: nothing does where it was closed or withdrawn."""
        row = await entries.entry_row(connection, key, record_id)
        found = await reconciliations.page(connection, key[0], reconciliation_id=key[1])
        if row is None or not found:
            raise not_found("entry")
        shown = entry_view(
            row, reconciliation_id=key[1], rekey_after=found[0]["rekey_after"], matched=()
        )
        match_id = row["match_id"] or row["suggested_by"]
        if match_id is not None:
            return shown, await stored_match(connection, key[0], match_id)
        if row["ended"] is not None:
            return shown, None
        state = await self._state(connection, key)
        sign_mode = found[0]["sign_mode"]
        return shown, await open_entry(connection, key, row, sign_mode=sign_mode, state=state)

    async def _state(self, connection: Connection, key: Key) -> State | None:
        """Read how far the index is, and note that somebody asks."""
        state = await search_index.state(connection, key)
        at = self.clock()
        if state is None or state.asked_at < at - NOTED_EVERY:
            await search_index.ask(connection, key, at=at)
        return state
