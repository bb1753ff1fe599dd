"""The matcher without its brokers: its parts on a real database, driven by a test."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fixtures.postgres import Database
from tieout_contracts.config_events import SignMode
from tieout_contracts.record import RecordVersion, Side
from tieout_matcher.app import WORKER_SESSION
from tieout_matcher.applying import Applying
from tieout_matcher.aside import Aside
from tieout_matcher.backtests import Backtests
from tieout_matcher.domain.reconciliation_draft import ReconciliationDraft
from tieout_matcher.domain.rule_draft import read_draft
from tieout_matcher.handlers import Matcher
from tieout_matcher.manual import Chosen, ManualMatches
from tieout_matcher.operations import ForceMatch, Operations
from tieout_matcher.overdue import OverdueClaims
from tieout_matcher.passes import Passes
from tieout_matcher.record_changes import RecordChanges
from tieout_matcher.rekeying import Rekeying
from tieout_matcher.released import Releaser
from tieout_matcher.revising import Reviser
from tieout_matcher.runs import Runs
from tieout_matcher.searching import Searching
from tieout_matcher.store import passes, reconciliations
from tieout_matcher.store.reconciliation_lock import lock
from tieout_matcher.store.rule_book import RuleBook
from tieout_matcher.suggestions import Suggestions
from tieout_runtime.intake import Refusals
from tieout_runtime.postgres import Pool, open_pool, transaction
from tieout_runtime.settings import CommonSettings
from unit.matcher.builders import ARRIVED, ORGANIZATION, a_leaf, a_record, some_fields

TOKEN = "a-token-for-tests-only"  # noqa: S105  # it opens nothing
Key = tuple[int, int]


@dataclass(kw_only=True)
class Clock:
    """Time stands still until a test moves it."""

    now: datetime = ARRIVED

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: int) -> datetime:
        self.now += timedelta(**by)
        return self.now


@dataclass(kw_only=True)
class World:
    """Everything that changes a reconciliation, each over its own rule book as in the service."""

    worker: Pool
    api: Pool
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        book = RuleBook()
        self.matcher = self.another_matcher()
        self.releaser = Releaser(rule_book=book, clock=self.clock)
        self.overdue = OverdueClaims(rule_book=book, clock=self.clock)
        self.manual = ManualMatches(rule_book=book, releaser=self.releaser, clock=self.clock)
        self.operations = Operations(rule_book=book, manual=self.manual, clock=self.clock)
        self.suggestions = Suggestions(rule_book=book, clock=self.clock)
        self.rekeying = Rekeying(pool=self.worker, releaser=self.releaser)
        applying = Applying(pool=self.worker, rule_book=book, clock=self.clock)
        self.passing = self.passing_with(applying)
        reviser = self.matcher.reviser
        self.record_changes = RecordChanges(reviser=reviser, clock=self.clock)

    @property
    def backtests(self) -> Backtests:
        return Backtests(pool=self.api, aside=Aside(in_process))

    @property
    def runs(self) -> Runs:
        return Runs(
            pool=self.worker,
            passes=self.passing,
            releaser=self.releaser,
            overdue=self.overdue,
            clock=self.clock,
        )

    @property
    def searching(self) -> Searching:
        return Searching(pool=self.worker, solving=in_process, clock=self.clock)

    async def index(self) -> None:
        """Work off the index of explanations until nothing is due."""
        while await self.searching.round():
            pass

    def passing_with(self, applying: Applying) -> Passes:
        return Passes(
            pool=self.worker,
            rule_book=RuleBook(),
            solving=in_process,
            applying=applying,
            clock=self.clock,
            tick_every=timedelta(seconds=30),
        )

    def another_matcher(self) -> Matcher:
        book = RuleBook()
        releaser = Releaser(rule_book=book, clock=self.clock)
        reviser = Reviser(rule_book=book, releaser=releaser, clock=self.clock)
        return Matcher(rule_book=book, reviser=reviser, clock=self.clock)

    async def reconciliation(
        self, *, organization_id: int = ORGANIZATION, sign_mode: SignMode = "same", **given: Any
    ) -> Key:
        """Make one over stream 1 (A) and stream 2 (B)."""
        streams = {"side_a_stream_ids": [1], "side_b_stream_ids": [2]}
        draft = ReconciliationDraft(**{"name": "Test", "sign_mode": sign_mode} | streams | given)
        async with transaction(self.worker) as connection:
            made = await reconciliations.add(connection, organization_id, draft, at=self.clock())
        return (organization_id, made)

    async def rule(self, key: Key, *leaves: dict[str, Any], **given: Any) -> int:
        """Make a rule under the lock, as the route does; what is open waits to be re-keyed."""
        filters = {"rules": list(leaves) or [a_leaf("external_id")]}
        draft = read_draft({"reconciliation_id": key[1], "filters": filters} | given)
        async with transaction(self.worker) as connection:
            await lock(connection, [key])
            row = await reconciliations.add_rule(connection, key[0], draft, at=self.clock())
        return int(row["id"])

    async def retire(self, key: Key, rule_id: int) -> None:
        async with transaction(self.worker) as connection:
            await lock(connection, [key])
            await reconciliations.retire_rule(connection, key, rule_id, at=self.clock())

    async def with_rule(self, *leaves: dict[str, Any], **given: Any) -> Key:
        """Make a reconciliation with one rule, with nothing left to re-key."""
        key = await self.reconciliation(**given)
        await self.rule(key, *leaves)
        await self.rekey()
        return key

    async def deliver(
        self,
        records: Sequence[RecordVersion],
        *,
        batch: int | None = None,
        matcher: Matcher | None = None,
    ) -> list[Refusals]:
        """Hand records over in deliveries of `batch`, each one transaction."""
        size = batch or max(len(records), 1)
        refused = []
        for start in range(0, len(records), size):
            async with transaction(self.worker) as connection:
                taken = records[start : start + size]
                refused.append(await (matcher or self.matcher).on_records(connection, taken))
        return refused

    async def rekey_chunk(self, key: Key) -> bool:
        async with transaction(self.worker) as connection:
            return await self.releaser.rekey_chunk(connection, key)

    async def rekey(self) -> None:
        while await self.rekeying.round():
            pass

    async def passes(self) -> None:
        while await self.passing.round():
            pass

    async def tick(self) -> None:
        """Let a tick ask for passes, and work them off."""
        await self.passing.tick()
        await self.passes()

    async def passes_now(self, key: Key) -> None:
        """Have everything open tried now, as the end of an import does."""
        async with transaction(self.worker) as connection:
            await passes.want(connection, (await lock(connection, [key]))[key])
        await self.passes()

    async def match_by_hand(self, key: Key, *records: int, **given: Any) -> int:
        chosen = Chosen(reconciliation_id=key[1], record_ids=records, **given)
        async with transaction(self.worker) as connection:
            return await self.manual.make(connection, key[0], chosen)

    async def accept(self, key: Key, match_id: int) -> None:
        async with transaction(self.worker) as connection:
            await self.suggestions.accept(connection, organization_id=key[0], match_id=match_id)

    async def revoke(self, key: Key, match_id: int, reason: str | None = None) -> None:
        async with transaction(self.worker) as connection:
            await self.releaser.revoke(
                connection, organization_id=key[0], match_id=match_id, reason=reason
            )

    async def force(
        self, key: Key, record_id: int, *counterparts: int, operation_id: int, **given: Any
    ) -> dict[str, Any]:
        asked = ForceMatch(
            organization_id=key[0],
            operation_id=operation_id,
            reconciliation_id=key[1],
            record_id=record_id,
            counterpart_record_ids=counterparts,
            **{"residual_treatment": "write_off"} | given,
        )
        async with transaction(self.worker) as connection:
            return await self.operations.force_match(connection, asked)

    async def cancel(self, key: Key, operation_id: int) -> dict[str, Any]:
        async with transaction(self.worker) as connection:
            return await self.operations.cancel(connection, key, operation_id)

    async def change(self, change_id: int, version: RecordVersion) -> dict[str, Any]:
        """Ask as ingest does for a version of a record, in all its reconciliations."""
        async with transaction(self.worker) as connection:
            return await self.record_changes.decide(connection, change_id, version)

    async def mark(
        self, key: Key, record_id: int, *, stream_id: int = 1, at: datetime | None = None
    ) -> None:
        async with transaction(self.worker) as connection:
            await self.overdue.mark(
                connection, key, record_id=record_id, record_stream_id=stream_id, overdue_at=at
            )

    async def claim(self, until: datetime) -> int:
        return await self.overdue.claim_all(self.worker, until=until)

    async def tables(self) -> dict[str, list[str]]:
        """Read every table of the service, and how far its sequences are."""
        named = await self.rows(
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'matcher'"
            " AND tablename !~ '^outbox_'"  # parts of outbox
        )
        read = {row["name"]: await self.rows(f"SELECT * FROM {row['name']}") for row in named}  # noqa: S608
        counts = await self.rows("SELECT * FROM pg_sequences WHERE schemaname = 'matcher'")
        return {
            name: sorted(map(repr, rows)) for name, rows in {**read, "sequences": counts}.items()
        }

    async def rows(self, query: str, *arguments: object) -> list[Any]:
        """Look at the tables themselves."""
        async with self.worker.acquire() as connection:
            return list(await connection.fetch(query, *arguments))


async def in_process(function: Callable[..., Any], *arguments: Any) -> Any:
    """Stand in for the process that solves: the same functions, called here."""
    return function(*arguments)


@asynccontextmanager
async def open_world(database: Database) -> AsyncIterator[World]:
    """Open the pools of both roles, with the session settings of the service."""
    common = common_settings(database)
    pools = [
        await open_pool(
            common, service="matcher", role="worker", max_connections=6, session=WORKER_SESSION
        ),
        await open_pool(common, service="matcher", role="api", max_connections=3),
    ]
    try:
        yield World(worker=pools[0], api=pools[1])
    finally:
        for pool in pools:
            await pool.close()


def common_settings(database: Database) -> CommonSettings:
    """Settings that name this database and no other server."""
    nowhere = "http://127.0.0.1:9"
    values: dict[str, Any] = {
        "postgres_url": database.url,
        "postgres_role_password": database.role_password,
        "kafka_bootstrap": "127.0.0.1:9",
        "internal_token": TOKEN,
        "ingest_url": nowhere,
        "matcher_url": nowhere,
        "exceptions_url": nowhere,
    }
    return CommonSettings(**values)


def records_of(rows: Iterable[Any]) -> list[int]:
    return [row["record_id"] for row in rows]


async def arrive(world: World, key: Key, *named: tuple[int, Side, str]) -> None:
    """Deliver records that say only their number, side and external_id."""
    await world.deliver([
        a_record(n, side, some_fields(external_id=name), reconciliation_id=key[1])
        for n, side, name in named
    ])  # fmt: skip
