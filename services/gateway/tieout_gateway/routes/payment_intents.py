from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Query, Response

from tieout_gateway.owners import pass_on
from tieout_gateway.routes.answers import RECONLAYER, FromCaller, also, guarded_router
from tieout_gateway.shapes.evidence import (
    EvidenceKind,
    NewEvidence,
    TakenEvidence,
    taken_evidence_of,
)
from tieout_gateway.shapes.payment_intents import (
    IntentsQuery,
    NewPaymentIntent,
    PathIntentId,
    PaymentIntent,
    PaymentIntentsPage,
    TakenPaymentIntent,
    intent_members,
    intents_page_of,
)

router = guarded_router(RECONLAYER, "payment intents and evidence")
KINDS: tuple[EvidenceKind, ...] = ("provider", "chain", "bank", "file")


@router.post(
    "/v1/payment-intents",
    status_code=201,
    responses=also(200, TakenPaymentIntent, "The same payment intent was told before"),
)
async def create_payment_intent(
    intent: NewPaymentIntent, caller: FromCaller, response: Response
) -> TakenPaymentIntent:
    """Announce a payment; its evidence and its case follow it.

    The same externalReference again is the same payment intent, `outcome: reused`; with other
    members it is 409, which names them.
    """
    body = intent.model_dump(mode="json", exclude_none=True)
    answer = await caller.exceptions("POST", "/internal/payment_intents", json=body)
    pass_on(answer, response)
    told = answer.json()
    members = intent_members(told, caller.principal.organization_id)
    return TakenPaymentIntent.model_validate(members | {"outcome": told["outcome"]})


@router.get("/v1/payment-intents")
async def list_payment_intents(
    query: Annotated[IntentsQuery, Query()], caller: FromCaller
) -> PaymentIntentsPage:
    """List payment intents, newest first."""
    params = query.model_dump(mode="json", exclude_none=True)
    answer = await caller.exceptions("GET", "/internal/payment_intents", params=params)
    return intents_page_of(answer.json(), caller.principal.organization_id)


@router.get("/v1/payment-intents/{intentId}")
async def get_payment_intent(
    intentId: PathIntentId,  # noqa: N803  # the path's own name
    caller: FromCaller,
) -> PaymentIntent:
    """Show one payment intent."""
    answer = await caller.exceptions("GET", f"/internal/payment_intents/{intentId}")
    members = intent_members(answer.json(), caller.principal.organization_id)
    return PaymentIntent.model_validate(members)


def _taking(kind: EvidenceKind) -> Callable[..., Coroutine[Any, Any, TakenEvidence]]:
    async def take(evidence: NewEvidence, caller: FromCaller, response: Response) -> TakenEvidence:
        body = evidence.model_dump(mode="json", exclude_none=True)
        answer = await caller.exceptions("POST", f"/internal/evidence/{kind}", json=body)
        pass_on(answer, response)
        return taken_evidence_of(answer.json())

    return take


for _kind in KINDS:
    router.add_api_route(
        f"/v1/evidence/{_kind}",
        _taking(_kind),
        methods=["POST"],
        status_code=201,
        name=f"add_{_kind}_evidence",
        description=f"Tell of a movement of money, as the {_kind} reports it.\n\n"
        "The same sourceRef again adds nothing, `duplicate: true`; with other money it is 409.",
        responses=also(200, TakenEvidence, "The same evidence was told before"),
    )
