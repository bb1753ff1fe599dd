"""Writes of payment intents, evidence and cases, and of what the gateway keeps itself."""

from e2e.writes.write import Write, Writes, saying
from fixtures.public_api import PublicApi, until

PAID = {"amount": "5.00", "currency": "EUR"}
CASES = ("resolve", "archive", "notes")


async def case_writes(api: PublicApi) -> Writes:
    intents, evidence = "/v1/payment-intents", "/v1/evidence"
    new = {"destination": PAID, "paymentType": "bank"}
    made = {name: await api.post(intents, new | {"externalReference": name}) for name in CASES}
    listed = await until(
        lambda: api.all_of("/v1/reconciliation-cases"), lambda all_: len(all_) == len(CASES)
    )
    cases = {one["case"]["paymentIntentId"]: one["case"]["id"] for one in listed}
    told = {"sourceRef": "1", "externalReference": "nothing of this", **PAID}
    paths = {
        name: f"/v1/reconciliation-cases/{cases[intent['id']]}/{name}"
        for name, intent in made.items()
    }
    return {
        "POST /v1/payment-intents": saying(
            intents, new | {"externalReference": "new"}, new | {"externalReference": "other"}
        ),
        **{
            f"POST /v1/evidence/{kind}": saying(
                f"{evidence}/{kind}", told, told | {"sourceRef": "2"}
            )
            for kind in ("provider", "chain", "bank", "file")
        },
        **{
            f"POST /v1/reconciliation-cases/{{caseId}}/{name}": saying(
                path, {"notes": "new"}, {"notes": "other"}
            )
            for name, path in paths.items()
        },
    }


async def own_writes(api: PublicApi) -> Writes:
    organization = f"/v1/organizations/{api.organization.organization_id}"
    service = {"kind": "service", "name": "a bot"}
    user = (await api.post("/v1/users", service))["id"]
    of_user = {"name": "k", "scopes": ["view"], "user_id": user}
    gone = (await api.post("/v1/api_keys", of_user))["id"]
    return {
        "PATCH /v1/organizations/{id}": saying(organization, {"name": "N"}, {"name": "O"}),
        "POST /v1/users": saying("/v1/users", service, service | {"name": "other"}),
        "PATCH /v1/users/{id}": saying(f"/v1/users/{user}", {"name": "N"}, {"name": "O"}),
        "POST /v1/api_keys": saying("/v1/api_keys", of_user, of_user | {"name": "other"}),
        "DELETE /v1/api_keys/{id}": Write(path=f"/v1/api_keys/{gone}"),
    }


async def webhook_writes(api: PublicApi) -> Writes:
    """Make an endpoint that is told of what the other parts do, until there is a delivery."""
    endpoints, new = "/v1/webhook_endpoints", {"url": "https://hooks.acme.example/"}
    told, gone = [(await api.post(endpoints, new))["id"] for _ in range(2)]
    deliveries = await until(
        lambda: api.all_of("/v1/webhook_deliveries", webhook_endpoint_id=told), bool
    )
    for one in (told, gone):
        await api.client.patch(f"{endpoints}/{one}", json={"status": "disabled"})
    return {
        "POST /v1/webhook_endpoints": saying(endpoints, new, new | {"description": "other"}),
        "PATCH /v1/webhook_endpoints/{id}": saying(
            f"{endpoints}/{told}", {"description": "N"}, {"description": "O"}
        ),
        "DELETE /v1/webhook_endpoints/{id}": Write(path=f"{endpoints}/{gone}"),
        "POST /v1/webhook_endpoints/{id}/rotate_secret": saying(
            f"{endpoints}/{told}/rotate_secret", {"overlap_seconds": 1}, {"overlap_seconds": 2}
        ),
        "POST /v1/webhook_deliveries/{id}/replay": Write(
            path=f"/v1/webhook_deliveries/{deliveries[0]['id']}/replay"
        ),
    }
