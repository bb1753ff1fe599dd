"""What the routes are given: pools and the objects that do the work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tieout_matcher.auto_match import AutoMatch
from tieout_matcher.backtests import Backtests
from tieout_matcher.closing import Closing
from tieout_matcher.explanations import Explanations
from tieout_matcher.ledger_files import LedgerFiles
from tieout_matcher.ledger_matching import LedgerMatching
from tieout_matcher.ledgers import Ledgers
from tieout_matcher.manual import ManualMatches
from tieout_matcher.operations import Operations
from tieout_matcher.overdue import OverdueClaims
from tieout_matcher.reconciliation_changes import ReconciliationChanges
from tieout_matcher.record_changes import RecordChanges
from tieout_matcher.released import Releaser
from tieout_matcher.rule_proposals import RuleProposals
from tieout_matcher.runs import Runs
from tieout_matcher.suggestions import Suggestions
from tieout_runtime.internal import InternalClient
from tieout_runtime.postgres import Pool


@dataclass(frozen=True, kw_only=True)
class Parts:
    """`api` sees one organisation at a time; `worker` carries out commands, which COPY."""

    api: Pool
    worker: Pool
    ingest: InternalClient
    overdue: OverdueClaims
    operations: Operations
    releaser: Releaser
    manual: ManualMatches
    suggestions: Suggestions
    runs: Runs
    backtests: Backtests
    explanations: Explanations
    record_changes: RecordChanges
    reconciliation_changes: ReconciliationChanges
    rule_proposals: RuleProposals
    ledgers: Ledgers
    ledger_files: LedgerFiles
    ledger_matching: LedgerMatching
    auto_match: AutoMatch
    closing: Closing
    rules_changed: Callable[[], None]
    runs_wanted: Callable[[], None]
    clock: Callable[[], datetime]
