"""How matches, breaks and buckets stand: told by the API, to compare with the events."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from tieout_client.models.lerian import LerianException
from tieout_contracts.ids import Kind, number_of
from tieout_local.demo.api import Api
from tieout_local.demo.setting_up import MadeReconciliation
from tieout_local.demo.uploading import PATIENCE_SECONDS, POLL_SECONDS, DemoStuckError


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Number of accepted matches; statuses of breaks and buckets by their integer ids."""

    matches: int
    breaks: dict[int, str]
    buckets: dict[int, str]


def standing_of(api: Api, reconciliations: Sequence[MadeReconciliation]) -> Standing:
    """Ask the API, quietly."""
    matches = (
        api.quiet.reconciliation_matches.list(reconciliation_id=one.id, status="accepted")
        for one in reconciliations
    )
    breaks = api.quiet.lerian.exceptions.iterate(limit=200)
    return Standing(
        matches=sum(page.total_count for page in matches),
        breaks={number_of(Kind.BREAK, one.id): one.status for one in breaks},
        buckets={one.id: one.status for one in api.quiet.reconciliation_exceptions.iterate()},
    )


def wait_until_resolved(api: Api, break_id: str) -> LerianException:
    """Wait for an exception to be resolved by itself: it follows its match's event."""
    found = api.shown.lerian.exceptions.get(break_id)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while found.status != "RESOLVED":
        if time.monotonic() > deadline:
            raise DemoStuckError(f"exception {break_id} is still {found.status}")
        time.sleep(POLL_SECONDS)
        found = api.quiet.lerian.exceptions.get(break_id)
    return found
