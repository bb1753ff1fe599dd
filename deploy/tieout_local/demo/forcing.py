"""One exception resolved by a person: a match with the record it really belongs to."""

from collections.abc import Sequence
from typing import Any

from tieout_local.demo.api import Api
from tieout_local.demo.example import ForceMatch
from tieout_local.demo.findings import find_open
from tieout_local.demo.screen import Screen, money
from tieout_local.demo.setting_up import MadeReconciliation
from tieout_local.demo.standing import wait_until_resolved

_IDEMPOTENCY_KEY = "demo-swapped-digits"


def force_match(
    api: Api, screen: Screen, reconciliations: Sequence[MadeReconciliation], wanted: ForceMatch
) -> None:
    """Force-match twice with one idempotency key: one effect, and the same answer again."""
    _, entry = find_open(api, reconciliations, wanted.entry)
    _, counterpart = find_open(api, reconciliations, wanted.counterpart)
    screen.say(
        f"{entry['data_stream_key']} {money(entry)} ({entry['description']}) and"
        f" {counterpart['data_stream_key']} {money(counterpart)} ({wanted.counterpart.reference})"
        " are one payment; the difference is written off."
    )
    of_counterpart = api.get(f"/v1/exceptions/{counterpart['break_id']}")
    body: dict[str, Any] = {
        "notes": wanted.notes,
        "overrideReason": wanted.override_reason,
        "counterpartRecordIds": [of_counterpart["transactionId"]],
        "residualTreatment": wanted.residual_treatment,
    }
    path = f"/v1/exceptions/{entry['break_id']}/force-match"
    for attempt in ("first", "again"):
        answer = api.post(path, body, idempotency_key=_IDEMPOTENCY_KEY)
        told = answer.json()
        screen.say(
            f"{attempt}: {answer.status_code} {told['status']} by {told['resolutionType']},"
            f" X-Idempotency-Replayed: {answer.headers['x-idempotency-replayed']}"
        )
    after = wait_until_resolved(api, counterpart["break_id"])
    screen.say(f"The counterpart's own exception is {after['status']} by the same match.")


def forced_matches(api: Api, reconciliations: Sequence[MadeReconciliation]) -> int:
    """Count the accepted matches that a person forced."""
    found = 0
    for one in reconciliations:
        offset, more = 0, True
        while more:
            query = {"reconciliation_id": one.id, "limit": 100, "offset": offset}
            params = {name: str(value) for name, value in query.items()}
            page = api.get("/v1/reconciliation_matches", params=params, quiet=True)
            found += sum(match["kind"] == "force" for match in page["data"])
            offset, more = offset + len(page["data"]), page["has_more"]
    return found
