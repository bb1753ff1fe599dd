"""Internal HTTP: buckets."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from tieout_contracts.exception_events import BucketStatus
from tieout_contracts.ids import MAX_ID
from tieout_contracts.record import Direction
from tieout_exceptions.bucket_commands import BucketDraft, BucketEdit, find_bucket
from tieout_exceptions.domain.aggregates import AgeBucket, Filters
from tieout_exceptions.domain.answers import bucket_answer, shown_beside
from tieout_exceptions.routes.requests import (
    FilledText,
    FromCaller,
    Id,
    Text,
    WithParts,
    reply,
)
from tieout_exceptions.store import bucket_work
from tieout_exceptions.store.buckets import aggregates_of, list_buckets
from tieout_runtime.internal import IfMatch, expected_version, json_response
from tieout_runtime.problems import invalid

router = APIRouter(prefix="/internal/buckets")
MAX_TITLE = 500
MAX_DESCRIPTION = 10_000
Number = Annotated[int, Field(ge=1, le=MAX_ID)]
Title = Annotated[FilledText, Field(max_length=MAX_TITLE)]
Description = Annotated[Text, Field(max_length=MAX_DESCRIPTION)]


class ListQuery(BaseModel):
    reconciliation_id: Number | None = None
    status: BucketStatus | None = None
    limit: int = Field(default=25, ge=1, le=100)
    offset: int = Field(default=0, ge=0, le=MAX_ID)


class FilterQuery(BaseModel):
    """Amounts are signed minor units; dates are transaction dates, both inclusive."""

    amount_min: int | None = None
    amount_max: int | None = None
    date_from: date | None = None
    date_to: date | None = None
    direction: Direction | None = None
    counterparty: Text | None = None
    age_bucket: AgeBucket | None = None


class NewBucket(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reconciliation_id: Number
    data_stream_id: Number
    title: Title | None = None
    description: Description | None = None
    status: BucketStatus = "open"


class ChangedBucket(BaseModel):
    """A title of null takes the default again; a description of null is none."""

    model_config = ConfigDict(extra="forbid")

    title: Title | None = None
    description: Description | None = None
    status: BucketStatus | None = None

    @field_validator("status")
    @classmethod
    def not_null(cls, status: BucketStatus | None) -> BucketStatus | None:
        if status is None:
            raise ValueError("must not be null")
        return status


@router.get("")
async def buckets(
    caller: FromCaller, parts: WithParts, query: Annotated[ListQuery, Query()]
) -> Response:
    organization_id = caller.organization_id
    async with parts.begin(organization_id)() as connection:
        found = await list_buckets(
            connection,
            organization_id=organization_id,
            reconciliation_id=query.reconciliation_id,
            status=query.status,
            limit=query.limit + 1,
            offset=query.offset,
        )
        page = found[: query.limit]
        shown = await aggregates_of(
            connection,
            organization_id=organization_id,
            bucket_ids=[one.bucket.id for one in page],
            now=parts.clock(),
            filters=Filters(),
        )
    data = [
        bucket_answer(
            one.bucket,
            await parts.catalog.names(one, organization_id=organization_id),
            shown[one.bucket.id],
            assignee_ids=one.assignee_ids,
        )
        for one in page
    ]
    return reply({"data": data, "has_more": len(found) > query.limit, "offset": query.offset})


@router.post("")
async def create(
    body: NewBucket, request: Request, caller: FromCaller, parts: WithParts
) -> Response:
    organization_id = caller.organization_id
    reconciliation = await parts.catalog.reconciliation(
        organization_id=organization_id,
        reconciliation_id=body.reconciliation_id,
        with_stream=body.data_stream_id,
    )
    await parts.catalog.stream(organization_id=organization_id, stream_id=body.data_stream_id)
    if body.data_stream_id not in reconciliation.stream_ids:
        raise invalid("$.data_stream_id", "the data stream is not part of the reconciliation")
    draft = BucketDraft(
        reconciliation_id=body.reconciliation_id,
        stream_id=body.data_stream_id,
        title=body.title,
        description=body.description,
        status=body.status,
    )
    claim = caller.claim(request, body.model_dump(mode="json"))
    return json_response(await parts.buckets.create(parts.begin(organization_id), claim, draft))


@router.get("/{bucket_id}")
async def show(
    bucket_id: Id, caller: FromCaller, parts: WithParts, query: Annotated[FilterQuery, Query()]
) -> Response:
    organization_id, now = caller.organization_id, parts.clock()
    filters = Filters(**query.model_dump())
    async with parts.begin(organization_id)() as connection:
        found = await find_bucket(connection, organization_id=organization_id, bucket_id=bucket_id)
        every, filtered = [
            await aggregates_of(
                connection,
                organization_id=organization_id,
                bucket_ids=[bucket_id],
                now=now,
                filters=one,
            )
            for one in (Filters(), filters)
        ]
        key = (organization_id, bucket_id)
        comments = await bucket_work.comments(connection, key)
        investigations = await bucket_work.investigations(connection, key)
    names = await parts.catalog.names(found, organization_id=organization_id)
    shown = bucket_answer(found.bucket, names, every[bucket_id], assignee_ids=found.assignee_ids)
    return reply(shown | shown_beside(filtered[bucket_id], comments, investigations))


@router.patch("/{bucket_id}")
async def change(
    bucket_id: Id,
    body: ChangedBucket,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    if_match: IfMatch = None,
) -> Response:
    edit = BucketEdit(
        named=frozenset(body.model_fields_set),
        title=body.title,
        description=body.description,
        status=body.status,
        expected_version=expected_version(if_match),
    )
    claim = caller.claim(request, body.model_dump(mode="json", exclude_unset=True))
    begin = parts.begin(caller.organization_id)
    return json_response(await parts.buckets.change(begin, claim, bucket_id, edit))


@router.delete("/{bucket_id}")
async def remove(
    bucket_id: Id,
    request: Request,
    caller: FromCaller,
    parts: WithParts,
    if_match: IfMatch = None,
) -> Response:
    answer = await parts.buckets.remove(
        parts.begin(caller.organization_id),
        caller.claim(request, None),
        bucket_id,
        expected_version=expected_version(if_match),
    )
    return json_response(answer)
