"""One exception resolved by a person: a match with the record it really belongs to."""

from collections.abc import Sequence

from tieout_client import answer_of
from tieout_local.demo.api import Api
from tieout_local.demo.example import ForceMatch
from tieout_local.demo.findings import find_open
from tieout_local.demo.screen import Screen, money
from tieout_local.demo.setting_up import MadeReconciliation
from tieout_local.demo.standing import wait_until_resolved
from tieout_local.demo.uploading import DemoStuckError

_IDEMPOTENCY_KEY = "demo-swapped-digits"


def force_match(
    api: Api, screen: Screen, reconciliations: Sequence[MadeReconciliation], wanted: ForceMatch
) -> None:
    """Force-match twice with one idempotency key: one effect, and the same answer again."""
    _, entry = find_open(api, reconciliations, wanted.entry)
    _, counterpart = find_open(api, reconciliations, wanted.counterpart)
    if entry.break_id is None or counterpart.break_id is None:
        raise DemoStuckError("a record to be force-matched has no exception")
    screen.say(
        f"{entry.data_stream_key} {money(entry)} ({entry.description}) and"
        f" {counterpart.data_stream_key} {money(counterpart)} ({wanted.counterpart.reference})"
        " are one payment; the difference is written off."
    )
    of_counterpart = api.shown.lerian.exceptions.get(counterpart.break_id)
    for attempt in ("first", "again"):
        told = api.shown.lerian.exceptions.force_match(
            entry.break_id,
            notes=wanted.notes,
            override_reason=wanted.override_reason,
            counterpart_record_ids=[of_counterpart.transaction_id],
            residual_treatment=wanted.residual_treatment,
            idempotency_key=_IDEMPOTENCY_KEY,
        )
        answer = answer_of(told)
        screen.say(
            f"{attempt}: {answer.status} {told.status} by {told.resolution_type},"
            f" X-Idempotency-Replayed: {str(answer.replayed).lower()}"
        )
    after = wait_until_resolved(api, counterpart.break_id)
    screen.say(f"The counterpart's own exception is {after.status} by the same match.")


def forced_matches(api: Api, reconciliations: Sequence[MadeReconciliation]) -> int:
    """Count the accepted matches that a person forced."""
    return sum(
        match.kind == "force"
        for one in reconciliations
        for match in api.quiet.reconciliation_matches.iterate(reconciliation_id=one.id, limit=100)
    )
