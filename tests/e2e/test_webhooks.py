"""Webhooks through the whole product: a match that was decided is received, signed, once."""

from e2e.writes.write import bring_in, records
from fixtures.public_api import PublicApi, until
from fixtures.receiver import running_receiver

CSV = "date,amount,currency,direction,external_id\n2026-11-02,12.34,EUR,credit,one\n"


async def test_a_receiver_is_told_of_what_was_reconciled(api: PublicApi) -> None:
    streams = [await api.stream("bank"), await api.stream("books")]
    reconciliation = await api.reconciliation("hooks", side_a=streams[:1], side_b=streams[1:])
    await api.rule(reconciliation, "amount", "external_id")
    with running_receiver() as receiver:
        new = {"url": receiver.url, "event_types": ["record.reconciled"]}
        endpoint = await api.post("/v1/webhook_endpoints", new)
        path = "/v1/webhook_deliveries"

        for key in ("bank", "books"):
            await api.upload(key, f"{key}.csv", CSV)
        delivered = await until(
            lambda: api.all_of(path, status="delivered", webhook_endpoint_id=endpoint["id"]),
            lambda found: len(found) == len(streams),
        )
        bodies = [one.verified(endpoint["secret"]) for one in receiver.received]

    records = await api.all_of("/v1/records", data_stream_key="bank")
    assert {one["data"]["data_stream_key"] for one in bodies} == {"bank", "books"}
    assert records[0]["id"] in {one["data"]["id"] for one in bodies}
    assert {one.webhook_id for one in receiver.received} == {one["webhook_id"] for one in delivered}
    assert [one["data"]["amount"] for one in bodies] == [1234, 1234]


async def test_what_is_dispatched_reaches_the_receiver_whose_answer_or_callback_names_the_issue(
    api: PublicApi,
) -> None:
    stream = await api.stream("tickets", expected_days=366)
    number = await api.reconciliation("Tickets", side_a=[stream], side_b=[])
    stored = await bring_in(api, records("tickets", 500))
    await api.decided(number, 1)
    path = f"/v1/reconciliations/{number}"
    await api.post(f"{path}/records/{stored['tickets-0']}/mark_overdue", {})
    (entry,) = await until(
        lambda: api.all_of(f"{path}/entries"), lambda found: "break_id" in found[0]
    )
    exception = f"/v1/exceptions/{entry['break_id']}"
    with running_receiver() as receiver:
        receiver.will_answer(201, b'{"externalIssueId": "RECON-0"}')
        new = {"url": receiver.url, "event_types": ["exception.dispatched"]}
        endpoint = await api.post("/v1/webhook_endpoints", new)

        dispatched = await api.post(
            f"{exception}/dispatch", {"targetSystem": "JIRA", "queue": "RECON-TEAM"}
        )
        await until(
            lambda: api.all_of(
                "/v1/webhook_deliveries", status="delivered", webhook_endpoint_id=endpoint["id"]
            ),
            lambda found: len(found) == 1,
        )
        (told,) = [one.verified(endpoint["secret"]) for one in receiver.received]
        webhook_id = receiver.received[0].webhook_id
    answered = await until(lambda: api.get(exception), lambda one: "externalIssueId" in one)
    audited = await until(
        lambda: api.all_of("/v1/audit_entries"),
        lambda found: webhook_id in {one.get("request_id") for one in found},
    )
    issue = {"externalSystem": "JIRA", "externalIssueId": "RECON-1", "status": "RESOLVED"}
    called_back = await api.post(f"{exception}/callback", issue)

    assert (dispatched["target"], dispatched["acknowledged"]) == ("JIRA", False)
    assert told["event_type"] == "exception.dispatched"
    assert (told["data"]["id"], told["data"]["queue"]) == (dispatched["exceptionId"], "RECON-TEAM")
    assert (answered["externalSystem"], answered["externalIssueId"]) == ("JIRA", "RECON-0")
    told_by = [one for one in audited if one.get("request_id") == webhook_id]
    assert [(one["account_id"], one["service"]) for one in told_by] == [(0, "exceptions")]
    shown = await api.get(exception)
    assert called_back == {"status": "accepted"}
    assert (shown["status"], shown["externalIssueId"]) == ("OPEN", "RECON-1")
