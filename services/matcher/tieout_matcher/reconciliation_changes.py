"""Reconciliations changed and deleted by people: under K1, told on the config topic."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tieout_contracts.config_events import ReconciliationConfig, StreamSide
from tieout_matcher.domain.reconciliation_draft import ReconciliationChange
from tieout_matcher.domain.stream_changes import SideFixedError, StreamsChange, change_streams
from tieout_matcher.store import reconciliation_changes, reconciliations
from tieout_matcher.store.reconciliation_changes import Key, Row
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import invalid, not_found


@dataclass(frozen=True, kw_only=True)
class ReconciliationChanges:
    """What follows for entries (withdrawn, open again, decided anew) is the re-keying's work."""

    clock: Callable[[], datetime]

    async def change(self, connection: Connection, key: Key, change: ReconciliationChange) -> None:
        """Make the next version; raises Problem 404, or 422 when a stream would change its side."""
        row = await reconciliation_changes.locked_row(connection, key)
        if row is None:
            raise not_found("reconciliation")
        known = await reconciliation_changes.streams_of(connection, key)
        members = {one: standing.side for one, standing in known.items() if not standing.has_left}
        wanted = members if change.sides is None else change.sides
        try:
            streams = change_streams(known, wanted)
        except SideFixedError as error:
            raise invalid(_place(change, error.stream_id), str(error)) from error
        named = change.model_fields_set
        config = ReconciliationConfig(
            organization_id=key[0],
            reconciliation_id=key[1],
            version=row["version"] + 1,
            name=change.name if "name" in named else row["name"],
            run_type=change.run_type if "run_type" in named else row["run_type"],
            sign_mode=row["sign_mode"],
            timezone=row["timezone"],
            streams=[StreamSide(stream_id=one, side=side) for one, side in wanted.items()],
        )
        await self._write(connection, key, row, streams, config)

    async def delete(self, connection: Connection, key: Key) -> None:
        """Let all its streams leave, and nobody find it any more; raises Problem 404."""
        row = await reconciliation_changes.locked_row(connection, key)
        if row is None:
            raise not_found("reconciliation")
        known = await reconciliation_changes.streams_of(connection, key)
        config = ReconciliationConfig(
            organization_id=key[0],
            reconciliation_id=key[1],
            version=row["version"] + 1,
            name=row["name"],
            run_type=row["run_type"],
            sign_mode=row["sign_mode"],
            timezone=row["timezone"],
            streams=[],
        )
        await self._write(connection, key, row, change_streams(known, {}), config)
        await reconciliation_changes.mark_deleted(connection, key, at=self.clock())
        await reconciliations.rules_changed(connection, key)

    async def _write(
        self,
        connection: Connection,
        key: Key,
        row: Row,
        streams: StreamsChange,
        config: ReconciliationConfig,
    ) -> None:
        """Write what changed and tell of it; nothing when nothing did."""
        moves = bool(streams.put or streams.leave)
        if not moves and (config.name, config.run_type) == (row["name"], row["run_type"]):
            return
        at = self.clock()
        await reconciliation_changes.write(
            connection, key, streams, name=config.name, run_type=config.run_type, at=at
        )
        if moves or config.run_type != row["run_type"]:
            await reconciliations.rules_changed(connection, key)
        await reconciliations.tell(connection, config, at=at)


def _place(change: ReconciliationChange, stream_id: int) -> str:
    """Name where a body names a stream."""
    for member in ("side_a_stream_ids", "side_b_stream_ids"):
        named: list[int] = getattr(change, member)
        if stream_id in named:
            return f"$.{member}[{named.index(stream_id)}]"
    raise KeyError(stream_id)
