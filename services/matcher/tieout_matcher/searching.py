"""The background task that keeps the index by which explanations search.

A reconciliation is indexed from the first question on: nothing is spent where nobody looks. New
entries are added, and all are looked over from time to time: those that are open no more leave,
those that changed or came back are indexed anew. It takes no lock that anybody waits for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tieout_contracts.config_events import SignMode
from tieout_matcher.domain.explaining.search_sets import Kept, search_sets
from tieout_matcher.domain.passes.snapshot import OpenRow, facts_of_row
from tieout_matcher.domain.rule import Rule
from tieout_matcher.solving import Solving
from tieout_matcher.store import reconciliations, search_index
from tieout_matcher.store.rule_book import split_of
from tieout_matcher.store.search_index import Indexed, State
from tieout_runtime.postgres import Pool, transaction

RECONCILIATIONS_A_ROUND = 100
STRETCH_ENTRIES = 2000
ADD_EVERY = timedelta(seconds=10)
LOOK_OVER_EVERY = timedelta(minutes=1)
LOOK_OVER_SHARE = 50  # a lap is begun after so many times what the last one took, at the earliest
FORGOTTEN_AFTER = timedelta(days=7)
Key = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Searching:
    """Works in short transactions; several processes may, one of them moves an index on."""

    pool: Pool
    solving: Solving
    clock: Callable[[], datetime]

    async def round(self) -> bool:
        """Look after a stretch of each index whose time has come; answers whether any was."""
        async with transaction(self.pool) as connection:
            due = await search_index.to_do(
                connection, at=self.clock(), limit=RECONCILIATIONS_A_ROUND
            )
        for key in due:
            await self.work(key)
        return bool(due)

    async def work(self, key: Key) -> None:
        """Look after one stretch of an index."""
        at = self.clock()
        async with transaction(self.pool) as connection:
            known = await search_index.state(connection, key)
            if known is None:
                return
            if known.asked_at < at - FORGOTTEN_AFTER:
                await search_index.drop(connection, key, limit=STRETCH_ENTRIES)
                return
            following = _begun(known, at)
            after = following.indexed_no if following.lap_no is None else following.lap_no
            last_no, more = await search_index.stretch(
                connection, key, after=after, limit=STRETCH_ENTRIES
            )
            rules = split_of(await reconciliations.rules_of(connection, key)).active
            shape = search_sets(rules).shape
            found = await search_index.not_current(
                connection, key, after=after, until=last_no or after, shape=shape
            )
        entries = await self._places(rules, known.sign_mode, found)
        following = _advanced(following, last_no=last_no, more=more, at=at)
        async with transaction(self.pool) as connection:
            if not await search_index.still(connection, key, known):
                return
            await search_index.keep(connection, key, entries, shape=shape)
            until = last_no if more else None
            await search_index.forget_gone(connection, key, after=after, until=until)
            next_at = at if more else at + ADD_EVERY
            await search_index.moved(connection, key, following, next_at=next_at)

    async def _places(
        self, rules: Sequence[Rule], sign_mode: SignMode, found: Sequence[tuple[OpenRow, int]]
    ) -> list[Indexed]:
        rows = [row for row, _ in found]
        kept = await self.solving(places_of, rules, sign_mode, rows) if rows else []
        return [
            Indexed(row.entry_no, version, row.left_minor, places)
            for (row, version), places in zip(found, kept, strict=True)
        ]


def places_of(
    rules: Sequence[Rule], sign_mode: SignMode, rows: Sequence[OpenRow]
) -> list[list[Kept]]:
    """Return where open entries are kept; computed in the process that solves."""
    sets = search_sets(rules)
    return [sets.kept(facts_of_row(row, sign_mode)) for row in rows]


def _begun(known: State, at: datetime) -> State:
    """Begin a lap over everything when the rules changed, or it is time."""
    version = known.rules_version if known.lap_no is None else known.lap_version
    if version != known.rules_now or (known.lap_no is None and known.lap_at <= at):
        return known._replace(lap_no=0, lap_version=known.rules_now, lap_at=at)
    return known


def _advanced(known: State, *, last_no: int | None, more: bool, at: datetime) -> State:
    known = known._replace(indexed_no=max(known.indexed_no, last_no or 0))
    if known.lap_no is None:
        return known
    if more:
        return known._replace(lap_no=last_no)
    pause = max(LOOK_OVER_EVERY, (at - known.lap_at) * LOOK_OVER_SHARE)
    return known._replace(lap_no=None, rules_version=known.lap_version, lap_at=at + pause)
