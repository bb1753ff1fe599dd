import json
from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response

from tieout_gateway.domain.webhooks.addresses import UrlError, target_of
from tieout_gateway.domain.webhooks.sealing import Seal
from tieout_gateway.domain.webhooks.signing import new_secret, secret_text
from tieout_gateway.register import Effect, Register, Told
from tieout_gateway.routes.answers import OURS, FromRegister, guarded_router, show_write
from tieout_gateway.routes.own_lists import cursor_onward, last_seen
from tieout_gateway.shapes.paging import CursorPage
from tieout_gateway.shapes.shape import PathId
from tieout_gateway.shapes.webhook_endpoints import (
    NewWebhookEndpoint,
    Rotation,
    WebhookEndpoint,
    WebhookEndpointChange,
    WebhookEndpointsQuery,
    WebhookEndpointWithSecret,
    webhook_endpoint_of,
    webhook_endpoint_with_secret_of,
)
from tieout_gateway.webhooks import endpoints
from tieout_gateway.webhooks.connecting import AddressRefusedError, Receivers, checked
from tieout_gateway.webhooks.endpoints import NewEndpoint
from tieout_runtime.idempotency import Answer
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import invalid, not_found

router = guarded_router(OURS, "webhook endpoints")


async def _receivers(request: Request) -> Receivers:
    receivers: Receivers = request.app.state.receivers
    return receivers


FromReceivers = Annotated[Receivers, Depends(_receivers)]


@router.get("/v1/webhook_endpoints")
async def list_webhook_endpoints(
    query: Annotated[WebhookEndpointsQuery, Query()], register: FromRegister
) -> CursorPage[WebhookEndpoint]:
    """List where the organisation is told of events, newest first; disabled ones too."""
    async with register.reading() as connection:
        rows = await endpoints.list_endpoints(
            connection, before=last_seen(query.cursor), at_most=query.limit + 1
        )
    return CursorPage(
        data=[webhook_endpoint_of(row) for row in rows[: query.limit]],
        next_cursor=cursor_onward(rows, limit=query.limit),
        limit=query.limit,
    )


@router.post("/v1/webhook_endpoints", status_code=201)
async def create_webhook_endpoint(
    new: NewWebhookEndpoint, register: FromRegister, receivers: FromReceivers, response: Response
) -> WebhookEndpointWithSecret:
    """Be told of events from now on; the secret that signs them is in this answer only."""
    await _check(new.url, receivers)

    async def add(connection: Connection) -> Effect:
        endpoint = NewEndpoint(
            organization_id=register.principal.organization_id,
            secret=(sealed := _sealed(register)),
            **new.model_dump(),
        )
        added = await endpoints.add_endpoint(connection, endpoint, at=register.at)
        return Effect(after=await _shown(connection, added), kept=_kept(sealed))

    answer = await register.write(new.model_dump(mode="json"), add, status=201)
    show_write(answer, response)
    return _with_secret(answer, register)


@router.get("/v1/webhook_endpoints/{id}")
async def get_webhook_endpoint(id: PathId, register: FromRegister) -> WebhookEndpoint:  # noqa: A002  # the path's own name
    """Show one endpoint, without its secret."""
    async with register.reading() as connection:
        return webhook_endpoint_of(await _shown(connection, id))


@router.patch("/v1/webhook_endpoints/{id}")
async def update_webhook_endpoint(
    id: PathId,  # noqa: A002  # the path's own name
    change: WebhookEndpointChange,
    register: FromRegister,
    receivers: FromReceivers,
    response: Response,
) -> WebhookEndpoint:
    """Change an endpoint, disable it, or enable it again; what waited for it is sent then."""
    stated = change.model_dump(mode="json", exclude_unset=True)
    if "url" in stated:
        await _check(change.url, receivers)

    async def apply(connection: Connection) -> Effect:
        before = await _locked(connection, id)
        members: dict[str, Any] = {
            name: stated.get(name, before[name]) for name in WebhookEndpointChange.model_fields
        }
        await endpoints.change_endpoint(connection, id, **members, at=register.at)
        return Effect(before=before, after=await _shown(connection, id))

    answer = await register.write(stated, apply, status=200)
    show_write(answer, response)
    return webhook_endpoint_of(json.loads(answer.body))


@router.delete("/v1/webhook_endpoints/{id}", status_code=204)
async def delete_webhook_endpoint(id: PathId, register: FromRegister, response: Response) -> None:  # noqa: A002  # the path's own name
    """Be told nothing more; what was still to be sent is not, and its deliveries are gone."""

    async def delete(connection: Connection) -> Effect:
        before = await _locked(connection, id)
        await endpoints.delete_endpoint(connection, id, at=register.at)
        return Effect(before=before)

    show_write(await register.write(None, delete, status=204), response)


@router.post("/v1/webhook_endpoints/{id}/rotate_secret")
async def rotate_webhook_endpoint_secret(
    id: PathId,  # noqa: A002  # the path's own name
    register: FromRegister,
    response: Response,
    rotation: Rotation | None = None,
) -> WebhookEndpointWithSecret:
    """Make another secret; for a time both sign, so that the receiver can change over.

    Of the secrets before it only the last one signs on.
    """
    asked = rotation or Rotation()
    until = register.at + timedelta(seconds=asked.overlap_seconds)

    async def rotate(connection: Connection) -> Effect:
        before = await _locked(connection, id)
        sealed = _sealed(register)
        await endpoints.rotate_secret(connection, id, secret=sealed, earlier_until=until)
        return Effect(before=before, after=await _shown(connection, id), kept=_kept(sealed))

    answer = await register.write(asked.model_dump(), rotate, status=200)
    show_write(answer, response)
    return _with_secret(answer, register)


async def _check(url: str, receivers: Receivers) -> None:
    """Refuse what nothing is ever sent to; a name that is not known yet may come to be."""
    try:
        await checked(target_of(url, http_allowed=receivers.http_allowed), receivers)
    except (UrlError, AddressRefusedError) as error:
        raise invalid("$.url", str(error)) from error


def _sealed(register: Register) -> bytes:
    own = register.principal.organization_id
    return Seal.under(register.pepper).close(new_secret(), organization_id=own)


def _kept(sealed: bytes) -> Told:
    """Give what a repeated request finds the secret by: as the table has it, sealed."""
    return {"sealed": b64encode(sealed).decode()}


def _with_secret(answer: Answer, register: Register) -> WebhookEndpointWithSecret:
    told = json.loads(answer.body)
    own = register.principal.organization_id
    sealed = b64decode(told["sealed"])
    secret = Seal.under(register.pepper).open(sealed, organization_id=own)
    return webhook_endpoint_with_secret_of(told, secret=secret_text(secret))


async def _shown(connection: Connection, endpoint_id: int) -> Told:
    row = await endpoints.show_endpoint(connection, endpoint_id)
    if row is None:
        raise not_found("webhook endpoint")
    return row


async def _locked(connection: Connection, endpoint_id: int) -> Told:
    row = await endpoints.lock_endpoint(connection, endpoint_id)
    if row is None:
        raise not_found("webhook endpoint")
    return row
