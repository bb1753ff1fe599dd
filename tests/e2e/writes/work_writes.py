"""Writes of people who work on what is late: buckets and exceptions."""

from typing import Any

from e2e.writes.write import Write, Writes, bring_in, records, saying
from fixtures.public_api import PublicApi, until

SMALL, LARGE = 500, 2_000_000
SMALLS = ["force", "adjust", "assign", "unassign", "comment", "dispatch", "callback",
          "bulk-assign", "bulk-resolve"]  # fmt: skip
LIMIT = {"currency": "EUR", "amount": "10000.00"}
WHY = {"notes": "a fee", "overrideReason": "BANK_FEE"}
ISSUE = {"externalSystem": "JIRA", "externalIssueId": "RECON-1"}
NOTES, OTHER_NOTES = {"notes": "as agreed"}, {"notes": "as agreed by phone"}


async def bucket_writes(api: PublicApi) -> Writes:
    """Give each write a bucket of its own: that of a reconciliation and one of its streams."""
    streams = [await api.stream(key) for key in ("bucket-a", "bucket-b")]
    path = "/v1/reconciliation_exceptions"
    places = []
    for name in ("first", "second", "third", "fourth"):
        number = await api.reconciliation(name, side_a=streams[:1], side_b=streams[1:])
        places += [{"reconciliation_id": number, "data_stream_id": one} for one in streams]
    new, other, *others = places
    changed, deleted, said, given, searched = [
        f"{path}/{(await api.post(path, place))['id']}" for place in others[:5]
    ]
    me = (await api.get("/v1/api_keys"))["data"][0]["user_id"]
    return {
        "POST /v1/reconciliation_exceptions": saying(path, new, other),
        "PATCH /v1/reconciliation_exceptions/{id}": saying(
            changed, {"status": "investigating"}, {"title": "Other"}
        ),
        "DELETE /v1/reconciliation_exceptions/{id}": Write(path=deleted),
        "POST /v1/reconciliation_exceptions/{id}/comments": saying(
            f"{said}/comments", {"body": "asked the bank"}, {"body": "asked again"}
        ),
        "PUT /v1/reconciliation_exceptions/{id}/assignees": saying(
            f"{given}/assignees", {"user_ids": [me]}, {"user_ids": []}
        ),
        "POST /v1/reconciliation_exceptions/{id}/investigations": saying(
            f"{searched}/investigations", {}, {"direction": "credit"}
        ),
    }


async def exception_writes(api: PublicApi) -> Writes:
    """Give each write an exception of its own, and two that wait for this caller's approval."""
    limits = "/v1/approval_limits"
    await api.client.put(limits, json={"limits": [LIMIT]})
    raised = await _raised(api)
    await _assigned(api, raised["unassign"])
    for name in ("approve", "refuse"):
        await _asked_by_another(api, raised[name])
    path = "/v1/exceptions"
    at = {name: f"{path}/{number}" for name, number in raised.items()}
    adjust = {"reasonCode": "FEE_ADJUSTMENT", "notes": "kept back", "amount": "-5.00",
              "currency": "EUR", "effectiveAt": "2026-01-09T00:00:00Z"}  # fmt: skip
    many: dict[str, Any] = {"exceptionIds": [raised["bulk-assign"]], "assignee": "ann@example.com"}
    rest = {"exceptionIds": [raised["bulk-resolve"]], "resolution": "ACCEPTED"}
    return {
        "PUT /v1/approval_limits": saying(
            limits, {"limits": [LIMIT]}, {"limits": [LIMIT | {"amount": "9000.00"}]}
        ),
        "POST /v1/exceptions/{exceptionId}/force-match": saying(
            f"{at['force']}/force-match", WHY, WHY | {"notes": "another"}
        ),
        "POST /v1/exceptions/{exceptionId}/adjust-entry": saying(
            f"{at['adjust']}/adjust-entry", adjust, adjust | {"notes": "another"}
        ),
        "POST /v1/exceptions/{exceptionId}/approve": saying(
            f"{at['approve']}/approve", NOTES, OTHER_NOTES
        ),
        "POST /v1/exceptions/{exceptionId}/refuse": saying(
            f"{at['refuse']}/refuse", NOTES, OTHER_NOTES
        ),
        "POST /v1/exceptions/{exceptionId}/assign": saying(
            f"{at['assign']}/assign", {"assignee": "a@example.com"}, {"assignee": "b@example.com"}
        ),
        "POST /v1/exceptions/{exceptionId}/unassign": Write(path=f"{at['unassign']}/unassign"),
        "POST /v1/exceptions/{exceptionId}/comments": saying(
            f"{at['comment']}/comments", {"content": "asked"}, {"content": "asked again"}
        ),
        "POST /v1/exceptions/{exceptionId}/dispatch": saying(
            f"{at['dispatch']}/dispatch", {"targetSystem": "JIRA"}, {"targetSystem": "MANUAL"}
        ),
        "POST /v1/exceptions/{exceptionId}/callback": saying(
            f"{at['callback']}/callback", ISSUE | {"status": "OPEN"}, ISSUE | {"status": "DONE"}
        ),
        "POST /v1/exceptions/bulk/assign": saying(
            f"{path}/bulk/assign", many, many | {"assignee": "b@example.com"}
        ),
        "POST /v1/exceptions/bulk/resolve": saying(
            f"{path}/bulk/resolve", rest, rest | {"reason": "small"}
        ),
    }


async def _raised(api: PublicApi) -> dict[str, str]:
    """Give late entries; their exceptions by what will be done with them."""
    names = [*SMALLS, "approve", "refuse"]
    amounts = [SMALL] * len(SMALLS) + [LARGE] * 2
    stream = await api.stream("late", expected_days=366)
    number = await api.reconciliation("Late", side_a=[stream], side_b=[])
    stored = await bring_in(api, records("late", *amounts))
    await api.decided(number, len(names))
    path = f"/v1/reconciliations/{number}"
    for record in stored.values():
        await api.post(f"{path}/records/{record}/mark_overdue", {})
    entries = await until(
        lambda: api.all_of(f"{path}/entries"),
        lambda all_: all("break_id" in one for one in all_),
    )
    of = {one["external_id"]: one["break_id"] for one in entries}
    return {name: of[f"late-{nth}"] for nth, name in enumerate(names)}


async def _assigned(api: PublicApi, number: str) -> None:
    await api.post(f"/v1/exceptions/{number}/assign", {"assignee": "ann@example.com"})


async def _asked_by_another(api: PublicApi, number: str) -> None:
    """Have somebody else force-match above the limit: it waits for approval."""
    key = await another_key(api)
    headers = {"x-api-key": key}
    told = await api.post(f"/v1/exceptions/{number}/force-match", WHY, **headers)
    assert told["status"] == "PENDING_RESOLUTION", told


async def another_key(api: PublicApi) -> str:
    """Make a key of another service user, who may do everything."""
    bot = await api.post("/v1/users", {"kind": "service", "name": "another"})
    new = {"name": "k", "scopes": ["view", "act", "approve", "admin"], "user_id": bot["id"]}
    return str((await api.post("/v1/api_keys", new))["key"])
