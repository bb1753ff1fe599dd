"""Names and structure of what other services own: told by `config`, else asked of the owner."""

from dataclasses import dataclass

import structlog

from tieout_exceptions.domain.answers import BucketNames
from tieout_exceptions.owners import Ingest, Matcher
from tieout_exceptions.store import known
from tieout_exceptions.store.buckets import NamedBucket
from tieout_exceptions.store.known import KnownReconciliation, KnownStream
from tieout_runtime.postgres import Pool, tenant_transaction
from tieout_runtime.problems import Problem, not_found

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """Asks in no transaction of its own caller: an owner's answer may take its time."""

    pool: Pool
    matcher: Matcher
    ingest: Ingest

    async def stream(self, *, organization_id: int, stream_id: int) -> KnownStream:
        """Return a stream; raises Problem 404 when the organisation has none of that number."""
        async with tenant_transaction(self.pool, organization_id=organization_id) as connection:
            found = await known.find_stream(
                connection, organization_id=organization_id, stream_id=stream_id
            )
        if found is not None:
            return found
        told = await self.ingest.stream(organization_id=organization_id, stream_id=stream_id)
        async with tenant_transaction(self.pool, organization_id=organization_id) as connection:
            await known.put_streams(connection, [told])
        return KnownStream(id=stream_id, version=told.version, key=told.key, name=told.name)

    async def reconciliation(
        self, *, organization_id: int, reconciliation_id: int, with_stream: int | None = None
    ) -> KnownReconciliation:
        """Return a reconciliation; raises Problem 404 as `stream` does.

        The owner is asked as well when what is known lacks `with_stream`: it may be newer there.
        """
        async with tenant_transaction(self.pool, organization_id=organization_id) as connection:
            found = await known.find_reconciliation(
                connection, organization_id=organization_id, reconciliation_id=reconciliation_id
            )
        if found is not None and (with_stream is None or with_stream in found.stream_ids):
            return found
        told = await self.matcher.reconciliation(
            organization_id=organization_id, reconciliation_id=reconciliation_id
        )
        async with tenant_transaction(self.pool, organization_id=organization_id) as connection:
            await known.put_reconciliation(connection, told)
            newest = await known.find_reconciliation(
                connection, organization_id=organization_id, reconciliation_id=reconciliation_id
            )
        if newest is None:
            raise not_found("reconciliation")
        return newest

    async def names(self, found: NamedBucket, *, organization_id: int) -> BucketNames:
        """Fill in the names that were not told yet; an owner that does not answer leaves None."""
        names = found.names
        if names.reconciliation_name is not None and names.stream_name is not None:
            return names
        try:
            reconciliation = await self.reconciliation(
                organization_id=organization_id, reconciliation_id=names.reconciliation_id
            )
            stream = await self.stream(
                organization_id=organization_id, stream_id=found.bucket.stream_id
            )
        except Problem as problem:
            _log.warning("names_unknown", bucket_id=found.bucket.id, error=str(problem))
            return names
        return BucketNames(
            reconciliation_id=names.reconciliation_id,
            reconciliation_name=reconciliation.name,
            stream_name=stream.name,
            stream_key=stream.key,
        )
