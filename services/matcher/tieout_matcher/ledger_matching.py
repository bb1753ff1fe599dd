"""Matches that people make and decide inside a run of a ledger."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tieout_contracts.record import Side
from tieout_matcher.auto_match import require_writable
from tieout_matcher.domain.allocation import AllocationError, carried
from tieout_matcher.domain.decide import Entry
from tieout_matcher.domain.forced import require_publishable
from tieout_matcher.manual import ManualMatches, facts_in
from tieout_matcher.released import Releaser
from tieout_matcher.store import entries as entry_store
from tieout_matcher.store import ledger_runs, ledger_views
from tieout_matcher.store.reconciliation_lock import lock
from tieout_matcher.store.rule_book import RuleBook
from tieout_matcher.suggestions import Suggestions
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, invalid, not_found

Decision = Literal["accept", "reject"]


@dataclass(frozen=True, kw_only=True)
class LinkedEntries:
    """What a person links: items of the run with entries of the general ledger."""

    source: Sequence[int]
    general: Sequence[int]
    note: str | None


@dataclass(frozen=True, kw_only=True)
class LedgerMatching:
    """Decides under the lock of the run, so that a closed one stays as it is."""

    rule_book: RuleBook
    manual: ManualMatches
    releaser: Releaser
    suggestions: Suggestions
    clock: Callable[[], datetime]

    async def link(
        self, connection: Connection, run_key: tuple[int, int], linked: LinkedEntries
    ) -> int:
        """Match what has not to tie: the smaller sum is taken whole, of the other the oldest first.

        Returns the match. Raises Problem 404 (run), 409 (`run_closed`, an entry that is matched or
        closed), 422 (an entry that is not there, several currencies, signs that differ).
        """
        run = await require_writable(connection, run_key)
        key = (run_key[0], int(run["ledger_id"]))
        locked = (await lock(connection, [key]))[key]
        rules = await self.rule_book.rules_of(connection, locked)
        members: list[Entry] = []
        for side, name, records in (
            ("A", "source_entry_ids", linked.source),
            ("B", "ledger_entry_ids", linked.general),
        ):
            for place, record_id in enumerate(records):
                found = await entry_store.entry_for_command(connection, locked, rules, record_id)
                path = f"$.{name}[{place}]"
                members.append(_linkable(found, side, path))  # type: ignore[arg-type]  # a side
        for place, record_id in enumerate(linked.source):
            item = await ledger_views.item(connection, key[0], record_id)
            if item is None or item["ledger_run_id"] != run["id"]:
                path = f"$.source_entry_ids[{place}]"
                raise invalid(path, "is no item of this run", code="entry_unknown")
        require_publishable(members)
        try:
            allocation = carried([facts_in(locked, one) for one in members])
        except AllocationError as error:
            raise invalid("$.source_entry_ids", error.message, code=error.code) from error
        match_id = await self.manual.write(
            connection, locked, members, allocation, kind="manual", run_id=run["id"]
        )
        await ledger_views.set_note(connection, (key[0], match_id), linked.note)
        await ledger_runs.touch(connection, run_key, at=self.clock())
        return match_id

    async def decide(
        self, connection: Connection, match: tuple[int, int], decision: Decision
    ) -> None:
        """Accept a suggestion, or reject it; rejecting what is accepted revokes it.

        Raises Problem 404, 409 `run_closed`, `match_decided`.
        """
        run = await self._writable(connection, match)
        organization_id, match_id = match
        if decision == "accept":
            await self.suggestions.accept(
                connection, organization_id=organization_id, match_id=match_id
            )
        else:
            await self.releaser.revoke(
                connection, organization_id=organization_id, match_id=match_id, reason=None
            )
        await ledger_runs.touch(connection, (match[0], run["id"]), at=self.clock())

    async def set_note(
        self, connection: Connection, match: tuple[int, int], note: str | None
    ) -> None:
        """Change what people say of a match."""
        run = await self._writable(connection, match)
        await ledger_views.set_note(connection, match, note)
        await ledger_runs.touch(connection, (match[0], run["id"]), at=self.clock())

    async def _writable(self, connection: Connection, match: tuple[int, int]) -> ledger_runs.Row:
        run_id = await ledger_views.run_of_match(connection, *match)
        if run_id is None:
            raise not_found("match")
        return await require_writable(connection, (match[0], run_id))


def _linkable(found: entry_store.Found | None, side: Side, path: str) -> Entry:
    if found is None or found.entry.side != side or found.ended == "withdrawn":
        raise invalid(path, "there is no such entry in this ledger", code="entry_unknown")
    if found.match_id is not None:
        message = f"{path} is matched already: reject that match first"
        raise Problem(409, "already_matched", message, errors=[{"path": path, "message": message}])
    if found.ended is not None:
        message = f"{path} is {found.ended}: reopen it first"
        raise Problem(409, "entry_not_open", message, errors=[{"path": path, "message": message}])
    return found.entry
