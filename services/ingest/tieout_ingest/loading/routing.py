"""Reconciliation messages become routes, under the locks of the streams they name."""

from collections.abc import Mapping, Sequence

from tieout_contracts.config_events import ReconciliationConfig
from tieout_ingest.store import records, routes
from tieout_ingest.store.routes import Backfill, KnownRoute
from tieout_runtime.postgres import Connection


async def apply_configs(
    connection: Connection, configs: Sequence[ReconciliationConfig]
) -> dict[int, str]:
    """Apply what is newer than what is known; answers index → reason for those it refuses.

    All streams concerned are locked first, in ascending id: nobody loads into them meanwhile.
    """
    known = {
        one.reconciliation_id: await routes.known(
            connection,
            organization_id=one.organization_id,
            reconciliation_id=one.reconciliation_id,
        )
        for one in configs
    }
    for stream_id in sorted(_streams_concerned(configs, known)):
        await records.lock_stream(connection, stream_id)
    refused = {}
    for index, one in enumerate(configs):
        strangers = await _unknown_streams(connection, one)
        if strangers:
            refused[index] = f"unknown streams {strangers} of organization {one.organization_id}"
        else:
            await _apply(connection, one)
    return refused


def _streams_concerned(
    configs: Sequence[ReconciliationConfig], known: Mapping[int, Sequence[KnownRoute]]
) -> set[int]:
    named = {stream.stream_id for one in configs for stream in one.streams}
    return named | {route.stream_id for found in known.values() for route in found}


async def _unknown_streams(connection: Connection, config: ReconciliationConfig) -> list[int]:
    named = [one.stream_id for one in config.streams]
    found = await routes.known_streams(
        connection, organization_id=config.organization_id, stream_ids=named
    )
    return sorted(set(named) - found)


async def _apply(connection: Connection, config: ReconciliationConfig) -> None:
    names = {
        "organization_id": config.organization_id,
        "reconciliation_id": config.reconciliation_id,
    }
    known = {one.stream_id: one for one in await routes.known(connection, **names)}
    if max((one.version for one in known.values()), default=0) >= config.version:
        return
    # Above every record that the locked streams hold, below every one that will come.
    position = (await records.take_positions(connection, 1))[0]
    wanted = {one.stream_id: one for one in config.streams}
    for stream_id in known.keys() - wanted.keys():
        await routes.leave(
            connection, stream_id, **names, version=config.version, position=position
        )
    for stream_id, stream in wanted.items():
        before = known.get(stream_id)
        await routes.put(connection, stream, **names, version=config.version)
        if before is None or not before.active:
            backfill = Backfill(**names, stream_id=stream_id, backfill_to=position)
            after = 0 if before is None else before.left_at or 0
            await routes.add_backfill(connection, backfill, after=after)
