"""One object of each kind, for tests that ask every route about what there is."""

from typing import Any, TypeAlias

from e2e.main_job import RECORDS, Job
from fixtures.public_api import PublicApi, until
from fixtures.receiver import running_receiver

Objects: TypeAlias = dict[str, Any]


async def objects_of(job: Job) -> Objects:
    """Give one object of each kind that an organisation has, and that stays as it is."""
    with running_receiver() as receiver:
        endpoint = await job.api.post("/v1/webhook_endpoints", {"url": receiver.url})
        objects = await _objects_of(job)
        return objects | await _settled_webhooks(job.api, endpoint)


async def _objects_of(job: Job) -> Objects:
    """Give one object of each kind that an organisation has."""
    raised = await job.mark_overdue("bank-4")
    matched = await job.entry("bank-1")
    batch = (await job.api.all_of("/v1/data_streams/bank/import_batches"))[0]
    own = {"reconciliation_id": job.reconciliation_id}
    bulk = await job.api.post(
        "/v1/records/bulk",
        {"records": [{"data_stream_key": "bank", "external_id": "bulk-1", "amount": 1,
                      "direction": "credit", "date": "2026-11-02"}]},
    )  # fmt: skip
    await until(lambda: job.api.get(bulk["url"]), lambda one: one["status"] == "completed")
    await job.api.decided(job.reconciliation_id, RECORDS + 1)
    runs = f"/v1/reconciliations/{job.reconciliation_id}/runs"
    run = await job.api.post(runs, {"mode": "automatic"})
    await until(
        lambda: job.api.get(f"{runs}/{run['id']}"), lambda one: one["status"] == "completed"
    )
    case = await _settled_case(job.api)
    (api_key,) = (await job.api.get("/v1/api_keys"))["data"]
    demanded = await job.api.post(
        "/v1/data_stream_property_definitions",
        {"data_stream_key": "bank", "key": "branch", "name": "Branch", "type": "string",
         "optional": True},
    )  # fmt: skip
    await job.api.stream("spare")
    operation = await job.api.post("/v1/data_streams/spare/reset", None)
    followed = f"/v1/data_streams/spare/operations/{operation['id']}"
    await until(lambda: job.api.get(followed), lambda one: one["status"] == "completed")
    return {
        "api_keys": api_key["id"],
        "users": api_key["user_id"],
        "organizations": job.api.organization.organization_id,
        "data_stream_property_definitions": demanded["id"],
        "operations": operation["id"],
        "payment-intents": case["paymentIntentId"],
        "reconciliation-cases": case["id"],
        **await _ledger_objects(job),
        "runs": run["id"],
        "data_streams": "spare",  # that of the operation
        "stream numbers": (await job.api.get("/v1/data_streams/bank"))["id"],
        "other stream numbers": (await job.api.get("/v1/data_streams/books"))["id"],
        "import_batches": batch["id"],
        "bulk_requests": bulk["id"],
        "records": matched["id"],
        "entries": matched["id"],
        "external ids": "bank-1",
        "reconciliations": job.reconciliation_id,
        "reconciliation_rules": (await job.api.get("/v1/reconciliation_rules", **own))[0]["id"],
        "reconciliation_matches": matched["reconciliation_match_id"],
        "reconciliation_exceptions": raised["exception_id"],
        "exceptions": raised["break_id"],
    }


async def _settled_webhooks(api: PublicApi, endpoint: Any) -> Objects:
    """Give a delivery that was made, of an endpoint that is told nothing more."""
    path, own = "/v1/webhook_deliveries", {"webhook_endpoint_id": endpoint["id"]}
    delivered = await until(lambda: api.all_of(path, status="delivered", **own), bool)
    await api.client.patch(f"/v1/webhook_endpoints/{endpoint['id']}", json={"status": "disabled"})
    return {"webhook_endpoints": endpoint["id"], "webhook_deliveries": delivered[0]["id"]}


async def _settled_case(api: PublicApi) -> Any:
    """Make a payment and its evidence; the case then: settled, so that its age stands still."""
    paid = {"amount": "5.00", "currency": "EUR"}
    intent = {"externalReference": "paid", "destination": paid, "paymentType": "bank"}
    await api.post("/v1/payment-intents", intent)
    await api.post("/v1/evidence/bank", {"sourceRef": "1", "externalReference": "paid", **paid})

    async def cases() -> list[Any]:
        return [one["case"] for one in (await api.get("/v1/reconciliation-cases"))["items"]]

    found = await until(cases, lambda all_: [one["status"] for one in all_] == ["resolved"])
    return found[0]


async def _ledger_objects(job: Job) -> Objects:
    """Give one object of each kind that a ledger has."""
    ledger = await job.api.post("/v1/ledgers", {"name": "Main account"})
    runs = "/v1/ledgers/reconciliation/runs"
    run = await job.api.post(runs, {"ledger_id": ledger["id"]})
    path = f"{runs}/{run['id']}"
    entry = {"amount": {"amount": "1234", "currency": "EUR", "precision": 2},
             "direction": "credit", "date": "2026-01-05"}  # fmt: skip
    added = await job.api.post(f"/v1/ledgers/{ledger['id']}/entries", {"entries": [entry]})
    general = added["entries"][0]["id"]
    await until(lambda: job.api.all_of(f"{path}/gl-all"), bool)
    uploaded = await job.api.client.post(
        f"{path}/sources/upload",
        files={"file": ("a.csv", "date,amount,currency,direction\n2026-01-05,12.34,EUR,credit\n")},
    )
    (item,) = await job.api.all_of(f"{path}/items")
    links = {"source_entry_ids": [item["id"]], "ledger_entry_ids": [general]}
    match = await job.api.post(f"{path}/manual-match", links)
    return {
        "ledgers": ledger["id"],
        "ledger runs": run["id"],
        "ledger matches": match["id"],
        "sources": uploaded.json()["source_file"]["id"],
        "items": item["id"],
        "general entries": general,
    }
