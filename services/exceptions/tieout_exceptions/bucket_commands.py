"""What people do to buckets. Source: semantics section 7, rule 3."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime

import asyncpg

from tieout_contracts.exception_events import BucketStatus
from tieout_exceptions.domain.aggregates import Aggregates, Filters
from tieout_exceptions.domain.answers import bucket_answer, json_bytes
from tieout_exceptions.domain.buckets import Bucket, deleted, make_bucket, with_status
from tieout_exceptions.domain.picture import Picture
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.domain.slices import keep_bucket, tell_bucket
from tieout_exceptions.store import bucket_work, pictures, projections
from tieout_exceptions.store.buckets import NamedBucket, aggregates_of, list_buckets
from tieout_runtime import idempotency
from tieout_runtime.idempotency import Answer, Claim
from tieout_runtime.internal import check_version
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import Problem, not_found

ONE_LIVE = "bucket_one_live"
Begin = Callable[[], AbstractAsyncContextManager[Connection]]


@dataclass(frozen=True, kw_only=True)
class BucketDraft:
    """`title` None means the default, which names the stream."""

    reconciliation_id: int
    stream_id: int
    title: str | None
    description: str | None
    status: BucketStatus


@dataclass(frozen=True, kw_only=True)
class BucketEdit:
    """What a PATCH names: `named` says which of title and description it does."""

    named: frozenset[str]
    title: str | None
    description: str | None
    status: BucketStatus | None
    expected_version: int | None

    def applied_to(self, bucket: Bucket, *, at: datetime) -> Bucket:
        """Change title and description; the status is a transition, and handled apart."""
        if not self.named & {"title", "description"}:
            return bucket
        return replace(
            bucket,
            title=self.title if "title" in self.named else bucket.title,
            description=self.description if "description" in self.named else bucket.description,
            updated_at=at,
            version=bucket.version + 1,
        )


@dataclass(frozen=True, kw_only=True)
class BucketCommands:
    """Each command is one transaction, under the lock of the bucket's reconciliation."""

    clock: Callable[[], datetime]
    scale: SeverityScale

    async def create(self, begin: Begin, claim: Claim, draft: BucketDraft) -> Answer:
        """Make a bucket; a second live one of its slice is 422 `bucket_exists`."""
        now = self.clock()

        async def execute(connection: Connection) -> Answer:
            picture = await projections.lock_one(
                connection,
                organization_id=claim.organization_id,
                reconciliation_id=draft.reconciliation_id,
            )
            made = make_bucket(
                bucket_id=await pictures.next_bucket_id(connection),
                stream_id=draft.stream_id,
                status=draft.status,
                by="person",
                at=now,
                applied_seq=picture.applied_seq,
                title=draft.title,
                description=draft.description,
            )
            await self._keep(connection, picture, made, old_status=None, taken=422, at=now)
            return await self._answer(connection, claim, made.id, now, status=201)

        return await _once(begin, claim, now, execute)

    async def change(self, begin: Begin, claim: Claim, bucket_id: int, edit: BucketEdit) -> Answer:
        """Change title, description and status; live beside another is 409 `bucket_exists`."""
        now = self.clock()

        async def execute(connection: Connection) -> Answer:
            picture, current = await _locked(connection, claim, bucket_id, edit.expected_version)
            was = await self._answer(connection, claim, bucket_id, now, status=200)
            changed = edit.applied_to(current, at=now)
            if edit.status is None or edit.status == current.status:
                picture.buckets_changed[bucket_id] = changed
                await pictures.write_rows(connection, picture, self.scale)
            else:
                moved = with_status(
                    changed, edit.status, by="person", at=now, applied_seq=picture.applied_seq
                )
                await self._keep(
                    connection, picture, moved, old_status=current.status, taken=409, at=now
                )
            answer = await self._answer(connection, claim, bucket_id, now, status=200)
            return replace(answer, before=was.body)

        return await _once(begin, claim, now, execute)

    async def assign(
        self,
        begin: Begin,
        claim: Claim,
        bucket_id: int,
        user_ids: Sequence[int],
        *,
        expected_version: int | None,
    ) -> Answer:
        """Say whose a bucket is, in this order; the same people again change nothing."""
        now = self.clock()

        async def execute(connection: Connection) -> Answer:
            await _locked(connection, claim, bucket_id, expected_version)
            was = await self._answer(connection, claim, bucket_id, now, status=200)
            found = await find_bucket(
                connection, organization_id=claim.organization_id, bucket_id=bucket_id
            )
            if found.assignee_ids != list(user_ids):
                key = (claim.organization_id, bucket_id)
                await bucket_work.set_assignees(connection, key, user_ids, at=now)
            answer = await self._answer(connection, claim, bucket_id, now, status=200)
            return replace(answer, before=was.body)

        return await _once(begin, claim, now, execute)

    async def remove(
        self, begin: Begin, claim: Claim, bucket_id: int, *, expected_version: int | None
    ) -> Answer:
        """Delete a bucket; the sweeper makes a new one while there is something to show."""
        now = self.clock()

        async def execute(connection: Connection) -> Answer:
            picture, current = await _locked(connection, claim, bucket_id, expected_version)
            was = await self._answer(connection, claim, bucket_id, now, status=200)
            shown = await _shown(connection, claim.organization_id, bucket_id, now)
            kept = keep_bucket(picture, deleted(current, at=now))
            tell_bucket(
                picture,
                kept,
                old_status=current.status,
                record_count=shown.record_count,
                at=now,
            )
            await pictures.write_rows(connection, picture, self.scale)
            await pictures.publish(connection, picture, at=now)
            await projections.advance(connection, [picture])
            return Answer(status=204, body=b"", before=was.body)

        return await _once(begin, claim, now, execute)

    async def _keep(
        self,
        connection: Connection,
        picture: Picture,
        bucket: Bucket,
        *,
        old_status: BucketStatus | None,
        taken: int,
        at: datetime,
    ) -> None:
        """Write a transition first, so that the event tells what the bucket shows by it."""
        kept = keep_bucket(picture, bucket)
        try:
            await pictures.write_rows(connection, picture, self.scale)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name != ONE_LIVE:
                raise
            raise Problem(
                taken,
                "bucket_exists",
                "this data stream has a live exception in this reconciliation already",
            ) from error
        shown = await _shown(connection, picture.organization_id, kept.id, at)
        tell_bucket(picture, kept, old_status=old_status, record_count=shown.record_count, at=at)
        await pictures.publish(connection, picture, at=at)
        await projections.advance(connection, [picture])

    async def _answer(
        self, connection: Connection, claim: Claim, bucket_id: int, now: datetime, *, status: int
    ) -> Answer:
        found = await find_bucket(
            connection, organization_id=claim.organization_id, bucket_id=bucket_id
        )
        shown = await _shown(connection, claim.organization_id, bucket_id, now)
        body = bucket_answer(found.bucket, found.names, shown, assignee_ids=found.assignee_ids)
        return Answer(status=status, body=json_bytes(body))


async def find_bucket(
    connection: Connection, *, organization_id: int, bucket_id: int
) -> NamedBucket:
    """Return one bucket; raises Problem 404."""
    found = await list_buckets(connection, organization_id=organization_id, bucket_id=bucket_id)
    if not found:
        raise not_found("exception")
    return found[0]


async def _locked(
    connection: Connection, claim: Claim, bucket_id: int, expected_version: int | None
) -> tuple[Picture, Bucket]:
    """Lock the bucket's reconciliation, then read the bucket; raises Problem 404 or 412."""
    named = {"organization_id": claim.organization_id, "bucket_id": bucket_id}
    found = await find_bucket(connection, **named)
    picture = await projections.lock_one(
        connection,
        organization_id=claim.organization_id,
        reconciliation_id=found.names.reconciliation_id,
    )
    current = (await find_bucket(connection, **named)).bucket
    check_version(expected_version, current.version, "exception")
    return picture, current


async def _shown(
    connection: Connection, organization_id: int, bucket_id: int, now: datetime
) -> Aggregates:
    found = await aggregates_of(
        connection,
        organization_id=organization_id,
        bucket_ids=[bucket_id],
        now=now,
        filters=Filters(),
    )
    return found[bucket_id]


async def _once(
    begin: Begin,
    claim: Claim,
    now: datetime,
    execute: Callable[[Connection], Awaitable[Answer]],
) -> Answer:
    async with begin() as connection:
        return await idempotency.once(
            connection, claim, at=now, execute=lambda: execute(connection)
        )
