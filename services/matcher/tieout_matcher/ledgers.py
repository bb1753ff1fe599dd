"""Ledgers made: two streams of ingest, a reconciliation over them, and its first rule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tieout_contracts.ids import Kind, uuid_of
from tieout_matcher.domain.ledger_draft import LedgerDraft, default_rule
from tieout_matcher.store import ledgers, reconciliations
from tieout_matcher.store.ledgers import StreamName
from tieout_runtime.internal import Caller, InternalClient
from tieout_runtime.postgres import Connection

# On which side its records stand → what its stream is named after it.
_SIDES = {"A": "statements", "B": "general ledger"}


@dataclass(frozen=True, kw_only=True)
class Ledgers:
    """Makes ledgers; the streams are asked of their owner before anything is written here.

    When the transaction fails after that, two empty streams stay behind; a new try makes others.
    """

    ingest: InternalClient
    clock: Callable[[], datetime]

    async def make(self, connection: Connection, caller: Caller, draft: LedgerDraft) -> int:
        """Make a ledger; returns its id, that of its reconciliation."""
        ledger_id = await ledgers.next_id(connection)
        source, general = [
            await self._stream(caller, ledger_id, draft.name, kind) for kind in _SIDES.values()
        ]
        at, key = self.clock(), (caller.organization_id, ledger_id)
        await reconciliations.add(
            connection,
            caller.organization_id,
            draft.reconciliation(source_stream_id=source.id, gl_stream_id=general.id),
            at=at,
            reconciliation_id=ledger_id,
        )
        await reconciliations.add_rule(
            connection, caller.organization_id, default_rule(ledger_id), at=at, source="default"
        )
        await ledgers.add(connection, key, source=source, general=general)
        return ledger_id

    async def _stream(self, caller: Caller, ledger_id: int, name: str, kind: str) -> StreamName:
        key = f"ledger-{uuid_of(Kind.RECONCILIATION, ledger_id)}-{kind.replace(' ', '-')}"
        stream: dict[str, Any] = {"key": key, "name": f"{name[:200]}: {kind}", "type": "ledger"}
        answer = await self.ingest.call(
            "POST",
            "/internal/streams",
            organization_id=caller.organization_id,
            account_id=caller.account_id,
            json=stream,
        )
        return StreamName(id=int(answer.json()["id"]), key=key)
