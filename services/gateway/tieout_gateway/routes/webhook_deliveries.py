import json
from typing import Annotated

from fastapi import Query, Request, Response

from tieout_gateway.register import Effect, Told
from tieout_gateway.routes.answers import OURS, FromRegister, guarded_router, show_write
from tieout_gateway.routes.own_lists import cursor_onward, last_seen
from tieout_gateway.shapes.paging import CursorPage
from tieout_gateway.shapes.shape import PathId
from tieout_gateway.shapes.webhook_deliveries import (
    SentWebhookDelivery,
    WebhookDeliveriesQuery,
    WebhookDelivery,
    sent_webhook_delivery_of,
    webhook_delivery_of,
)
from tieout_gateway.webhooks import deliveries
from tieout_runtime.postgres import Connection
from tieout_runtime.problems import not_found

router = guarded_router(OURS, "webhook deliveries")


@router.get("/v1/webhook_deliveries")
async def list_webhook_deliveries(
    query: Annotated[WebhookDeliveriesQuery, Query()], register: FromRegister
) -> CursorPage[WebhookDelivery]:
    """List what was, is and will be sent, newest first."""
    async with register.reading() as connection:
        rows = await deliveries.list_deliveries(
            connection,
            before=last_seen(query.cursor),
            endpoint_id=query.webhook_endpoint_id,
            status=query.status,
            event_type=query.event_type,
            at_most=query.limit + 1,
        )
    return CursorPage(
        data=[webhook_delivery_of(row) for row in rows[: query.limit]],
        next_cursor=cursor_onward(rows, limit=query.limit),
        limit=query.limit,
    )


@router.get("/v1/webhook_deliveries/{id}")
async def get_webhook_delivery(id: PathId, register: FromRegister) -> SentWebhookDelivery:  # noqa: A002  # the path's own name
    """Show one delivery, with the body that is sent."""
    async with register.reading() as connection:
        return sent_webhook_delivery_of(await _shown(connection, id))


@router.post("/v1/webhook_deliveries/{id}/replay")
async def replay_webhook_delivery(
    id: PathId,  # noqa: A002  # the path's own name
    request: Request,
    register: FromRegister,
    response: Response,
) -> WebhookDelivery:
    """Send it again at once, under the same `webhook-id`, with all its attempts before it.

    To an endpoint that is disabled it is sent when that is enabled again.
    """

    async def replay(connection: Connection) -> Effect:
        before = _told(await _shown(connection, id))
        await deliveries.replay_delivery(connection, id, at=register.at)
        return Effect(before=before, after=_told(await _shown(connection, id)))

    answer = await register.write(None, replay, status=200)
    show_write(answer, response)
    request.app.state.sender.wake()
    return webhook_delivery_of(json.loads(answer.body))


def _told(row: Told) -> Told:
    """Leave out what is sent: it may be long, and it does not change."""
    return {name: value for name, value in row.items() if name != "payload"}


async def _shown(connection: Connection, delivery_id: int) -> Told:
    row = await deliveries.show_delivery(connection, delivery_id)
    if row is None:
        raise not_found("webhook delivery")
    return row
