"""What the routes are given: a pool and the objects that do the work."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from tieout_exceptions.approvals import Approvals
from tieout_exceptions.background import Sweeper
from tieout_exceptions.break_commands import BreakCommands
from tieout_exceptions.bucket_commands import BucketCommands
from tieout_exceptions.bulk_work import BulkWork
from tieout_exceptions.case_setup import CaseSetup
from tieout_exceptions.case_work import CaseCommands
from tieout_exceptions.catalog import Catalog
from tieout_exceptions.dispatching import Dispatching
from tieout_exceptions.domain.severity import SeverityScale
from tieout_exceptions.evidence_intake import EvidenceIntake
from tieout_exceptions.force_match import ForceMatch
from tieout_exceptions.intent_intake import IntentIntake
from tieout_exceptions.investigations import Investigations
from tieout_runtime.postgres import Connection, Pool, tenant_transaction


@dataclass(frozen=True, kw_only=True)
class Parts:
    api: Pool
    clock: Callable[[], datetime]
    scale: SeverityScale
    force_match: ForceMatch
    approvals: Approvals
    breaks: BreakCommands
    bulk: BulkWork
    dispatching: Dispatching
    buckets: BucketCommands
    investigations: Investigations
    catalog: Catalog
    sweeper: Sweeper
    case_setup: CaseSetup
    intent_intake: IntentIntake
    evidence_intake: EvidenceIntake
    case_work: CaseCommands

    def begin(self, organization_id: int) -> Callable[[], AbstractAsyncContextManager[Connection]]:
        """Return what opens a transaction that sees one organisation only."""
        return partial(tenant_transaction, self.api, organization_id=organization_id)
