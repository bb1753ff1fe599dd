"""`tieout replay matcher`: the records decided again, in the order in which they arrived.

What a record says comes from ingest's journal; in which order records arrived, from the matcher's,
which numbers them: the broker may be given a chunk that commits late after its successors. Decided
by the service's own code in an empty database. docs/replay.md.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tieout_contracts.record import RecordAccepted
from tieout_matcher.app import WORKER_SESSION
from tieout_matcher.handlers import Matcher, decode_record
from tieout_matcher.released import Releaser
from tieout_matcher.revising import Reviser
from tieout_matcher.store.rule_book import RuleBook
from tieout_ops.auditor import open_auditor
from tieout_ops.replay_arrivals import (
    SQL,
    Arrival,
    NotComparableError,
    RekeyedError,
    arrivals,
    first_outcome_at,
)
from tieout_ops.replay_journal import (
    IncompleteJournalError,
    Key,
    record_chunks,
    records,
    told_of,
)
from tieout_ops.replay_report import Compared
from tieout_ops.replay_scratch import open_worker, scratch_database
from tieout_runtime.postgres import Connection

RECORDS_AT_ONCE = 2_000
SHOWN = 5


async def replay_matcher(
    url: str, *, role_password: str, organization_id: int | None = None
) -> list[Compared]:
    """Decide every record of the database of `url` again and compare, on one snapshot."""
    async with (
        open_auditor(url, role_password=role_password) as live,
        live.transaction(isolation="repeatable_read", readonly=True),
    ):
        told = await told_of(live, organization_id)
        chunks = await record_chunks(live, organization_id)
        async with (
            scratch_database(url, role_password=role_password) as scratch_url,
            open_worker(
                scratch_url,
                service="matcher",
                role_password=role_password,
                session=WORKER_SESSION,
            ) as scratch,
        ):
            return [
                await _Replay(live=live, scratch=scratch, key=key).run(chunks.get(key, ()))
                for key, last in told.items()
                if last
            ]


@dataclass(kw_only=True)
class _Replay:
    """One reconciliation decided again; `count` arrivals compare, up to what `ended` it.

    Who arrives while a re-keying is under way is matched after it (ADR 0005). So where the story
    ends early, arrivals compare only when one of them was matched: then the rules were in force.
    """

    live: Connection
    scratch: Connection
    key: Key
    rules_changed: datetime | None = None
    count: int = 0
    in_force: bool = False
    ended: str | None = None
    notes: list[str] = field(default_factory=list)

    async def run(self, chunks: Sequence[int]) -> Compared:
        await self._set_up()
        live_hash = await self._decide(_Journal(messages=_accepted(self.live, chunks)))
        replayed = hashlib.sha256()
        if self.ended and not self.in_force:
            self.count, live_hash = 0, replayed.hexdigest()
        async with self.scratch.transaction():
            if self.count:
                async for arrival in self._replayed():
                    replayed.update(_bytes(arrival))
            if live_hash != replayed.hexdigest():
                self.notes += await self._differences()
        return Compared(
            organization_id=self.key[0],
            reconciliation_id=self.key[1],
            outcomes=self.count,
            live=live_hash,
            replayed=replayed.hexdigest(),
            not_comparable=self.ended,
            notes=self.notes,
        )

    async def _set_up(self) -> None:
        """Make the reconciliation with the rules that were in force when its first record came."""
        first = await first_outcome_at(self.live, self.key)
        self.rules_changed = await self.live.fetchval(SQL["rules_changed"], *self.key, first)
        own = await self.live.fetchrow(SQL["reconciliation"], *self.key)
        if own is None:
            self.notes.append("the matcher has no such reconciliation")
            return
        await self.scratch.execute(SQL["put_reconciliation"], *own)
        for rule in await self.live.fetch(SQL["rules"], *self.key, first):
            await self.scratch.execute(SQL["put_rule"], *rule)

    async def _decide(self, journal: "_Journal") -> str:
        """Have the records decided in the order of their arrival; returns the hash of the live."""
        made = hashlib.sha256()
        waiting: list[RecordAccepted] = []
        try:
            async for arrival in arrivals(self.live, self.key, rules_changed=self.rules_changed):
                made.update(_bytes(arrival))
                self.count += 1
                self.in_force = self.in_force or bool(arrival.match)
                waiting.append(await journal.take(arrival))
                if len(waiting) == RECORDS_AT_ONCE:
                    await self._deliver(waiting)
                    waiting = []
            if await self.live.fetchval(SQL["rekeying"], *self.key):
                self.ended = "a re-keying under way"
        except NotComparableError as end:
            self.ended = str(end)
            self.in_force = self.in_force and not isinstance(end, RekeyedError)
        except IncompleteJournalError as error:
            self.notes.append(str(error))
        if waiting:
            await self._deliver(waiting)
        return made.hexdigest()

    async def _deliver(self, messages: Sequence[RecordAccepted]) -> None:
        rule_book = RuleBook()
        releaser = Releaser(rule_book=rule_book, clock=_clock)
        reviser = Reviser(rule_book=rule_book, releaser=releaser, clock=_clock)
        matcher = Matcher(rule_book=rule_book, reviser=reviser, clock=_clock)
        async with self.scratch.transaction():
            refused = await matcher.on_records(self.scratch, messages)
        self.notes += [f"record {messages[at].record_id}: {why}" for at, why in refused.items()]

    def _replayed(self) -> AsyncIterator[Arrival]:
        return arrivals(self.scratch, self.key, rules_changed=None)

    async def _differences(self) -> list[str]:
        """Tell the first arrivals that differ."""
        told: list[str] = []
        replayed = self._replayed()
        number = 0
        async for live in arrivals(self.live, self.key, rules_changed=self.rules_changed):
            number += 1
            again = await anext(replayed, None)
            if live != again:
                told.append(f"live {live.line}, replayed {again.line if again else 'nothing'}")
            if len(told) == SHOWN or number == self.count:
                break
        return told


@dataclass(kw_only=True)
class _Journal:
    """The records of one reconciliation as ingest published them, taken as they arrived."""

    messages: AsyncIterator[RecordAccepted]
    passed: dict[tuple[int, int], RecordAccepted] = field(default_factory=dict)

    async def take(self, arrival: Arrival) -> RecordAccepted:
        """Take the record that arrived; raises IncompleteJournalError when it was not told of."""
        wanted = (arrival.record_id, arrival.version)
        while wanted not in self.passed:
            message = await anext(self.messages, None)
            if message is None:
                raise IncompleteJournalError(
                    f"ingest's journal has no record {wanted[0]} version {wanted[1]}"
                )
            self.passed.setdefault((message.record_id, message.version), message)
        return self.passed.pop(wanted)


async def _accepted(connection: Connection, chunks: Sequence[int]) -> AsyncIterator[RecordAccepted]:
    """Read the records of these rows; markers of imports decide nothing on arrival."""
    async for delivery in records(connection, chunks):
        message = decode_record(delivery)
        if isinstance(message, RecordAccepted):
            yield message


def _bytes(arrival: Arrival) -> bytes:
    return f"{arrival.line}\n".encode()


def _clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # when the scratch matches are made; not compared
