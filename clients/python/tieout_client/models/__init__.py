"""Made from docs/openapi.json by `make client`; changed there, not here."""

from tieout_client.models.api_keys import ApiKey as ApiKey
from tieout_client.models.api_keys import ApiKeyCursorPage as ApiKeyCursorPage
from tieout_client.models.api_keys import CreatedApiKey as CreatedApiKey
from tieout_client.models.audit_entries import AuditEntry as AuditEntry
from tieout_client.models.audit_entries import AuditEntryCursorPage as AuditEntryCursorPage
from tieout_client.models.audit_entries import Verification as Verification
from tieout_client.models.balance_proof import BalanceDay as BalanceDay
from tieout_client.models.balance_proof import BalanceEntry as BalanceEntry
from tieout_client.models.balance_proof import BalanceEntryCursorPage as BalanceEntryCursorPage
from tieout_client.models.balance_proof import BalanceProof as BalanceProof
from tieout_client.models.balance_proof import BalanceTerm as BalanceTerm
from tieout_client.models.balance_proof import CurrencyProof as CurrencyProof
from tieout_client.models.balance_proof import Gap as Gap
from tieout_client.models.balance_proof import SideOfDay as SideOfDay
from tieout_client.models.balance_proof import Statement as Statement
from tieout_client.models.bulk_requests import Bulk as Bulk
from tieout_client.models.bulk_requests import BulkCursorPage as BulkCursorPage
from tieout_client.models.bulk_requests import BulkResult as BulkResult
from tieout_client.models.bulk_requests import BulkResultOffsetPage as BulkResultOffsetPage
from tieout_client.models.bulk_requests import BulkWithResults as BulkWithResults
from tieout_client.models.data_streams import BulkCounts as BulkCounts
from tieout_client.models.data_streams import Health as Health
from tieout_client.models.data_streams import Operation as Operation
from tieout_client.models.data_streams import Stream as Stream
from tieout_client.models.entries import Entry as Entry
from tieout_client.models.entries import EntryCursorPage as EntryCursorPage
from tieout_client.models.entries import MatchedRecord as MatchedRecord
from tieout_client.models.entries import Reason as Reason
from tieout_client.models.events import CaseTold as CaseTold
from tieout_client.models.events import CounterpartTold as CounterpartTold
from tieout_client.models.events import Event as Event
from tieout_client.models.events import ExceptionTold as ExceptionTold
from tieout_client.models.events import MatchTold as MatchTold
from tieout_client.models.events import ReconciliationExceptionTold as ReconciliationExceptionTold
from tieout_client.models.events import RecordTold as RecordTold
from tieout_client.models.explanations import Alternative as Alternative
from tieout_client.models.explanations import Change as Change
from tieout_client.models.explanations import ComparedValue as ComparedValue
from tieout_client.models.explanations import Condition as Condition
from tieout_client.models.explanations import Distance as Distance
from tieout_client.models.explanations import EntryExplanation as EntryExplanation
from tieout_client.models.explanations import ExplainedRecord as ExplainedRecord
from tieout_client.models.explanations import GroupSide as GroupSide
from tieout_client.models.explanations import GroupsLooked as GroupsLooked
from tieout_client.models.explanations import GroupTried as GroupTried
from tieout_client.models.explanations import MatchExplanation as MatchExplanation
from tieout_client.models.explanations import NearMiss as NearMiss
from tieout_client.models.explanations import RuleLooked as RuleLooked
from tieout_client.models.explanations import RuleVersion as RuleVersion
from tieout_client.models.explanations import Score as Score
from tieout_client.models.explanations import Searched as Searched
from tieout_client.models.explanations import Trace as Trace
from tieout_client.models.explanations import WeighedCondition as WeighedCondition
from tieout_client.models.imports import CurrencyTotals as CurrencyTotals
from tieout_client.models.imports import ImportBatch as ImportBatch
from tieout_client.models.imports import ImportBatchOffsetPage as ImportBatchOffsetPage
from tieout_client.models.imports import ImportFailure as ImportFailure
from tieout_client.models.imports import ImportPreview as ImportPreview
from tieout_client.models.imports import PreviewRow as PreviewRow
from tieout_client.models.imports import Record as Record
from tieout_client.models.imports import RecordFields as RecordFields
from tieout_client.models.imports import RecordOffsetPage as RecordOffsetPage
from tieout_client.models.imports import RowRejection as RowRejection
from tieout_client.models.organizations import Organization as Organization
from tieout_client.models.property_definitions import Definition as Definition
from tieout_client.models.reconciliation_exceptions import Aggregates as Aggregates
from tieout_client.models.reconciliation_exceptions import Assignee as Assignee
from tieout_client.models.reconciliation_exceptions import Bucket as Bucket
from tieout_client.models.reconciliation_exceptions import BucketComment as BucketComment
from tieout_client.models.reconciliation_exceptions import BucketOffsetPage as BucketOffsetPage
from tieout_client.models.reconciliation_exceptions import CurrencyAggregates as CurrencyAggregates
from tieout_client.models.reconciliation_exceptions import Investigation as Investigation
from tieout_client.models.reconciliation_exceptions import ShownBucket as ShownBucket
from tieout_client.models.reconciliation_matches import Match as Match
from tieout_client.models.reconciliation_matches import MatchAllocation as MatchAllocation
from tieout_client.models.reconciliation_matches import MatchCountedPage as MatchCountedPage
from tieout_client.models.reconciliation_rules import BacktestResult as BacktestResult
from tieout_client.models.reconciliation_rules import BacktestWarning as BacktestWarning
from tieout_client.models.reconciliation_rules import BrokenPair as BrokenPair
from tieout_client.models.reconciliation_rules import BrokenPairs as BrokenPairs
from tieout_client.models.reconciliation_rules import DraftRule as DraftRule
from tieout_client.models.reconciliation_rules import LearnedFrom as LearnedFrom
from tieout_client.models.reconciliation_rules import NewPair as NewPair
from tieout_client.models.reconciliation_rules import NewPairs as NewPairs
from tieout_client.models.reconciliation_rules import Rate as Rate
from tieout_client.models.reconciliation_rules import Rates as Rates
from tieout_client.models.reconciliation_rules import Rollup as Rollup
from tieout_client.models.reconciliation_rules import Rule as Rule
from tieout_client.models.reconciliation_rules import RuleProposals as RuleProposals
from tieout_client.models.reconciliation_rules import RuleResult as RuleResult
from tieout_client.models.reconciliation_rules import RuleWarning as RuleWarning
from tieout_client.models.reconciliation_rules import Tally as Tally
from tieout_client.models.reconciliation_rules import WhyNothing as WhyNothing
from tieout_client.models.reconciliations import NewOpeningBalance as NewOpeningBalance
from tieout_client.models.reconciliations import OpeningBalance as OpeningBalance
from tieout_client.models.reconciliations import Progress as Progress
from tieout_client.models.reconciliations import Reconciliation as Reconciliation
from tieout_client.models.reconciliations import (
    ReconciliationCursorPage as ReconciliationCursorPage,
)
from tieout_client.models.records import BulkSummary as BulkSummary
from tieout_client.models.records import NewRecord as NewRecord
from tieout_client.models.records import RecordCursorPage as RecordCursorPage
from tieout_client.models.records import RecordVersion as RecordVersion
from tieout_client.models.runs import PreviewedMatch as PreviewedMatch
from tieout_client.models.runs import RuleCount as RuleCount
from tieout_client.models.runs import Run as Run
from tieout_client.models.runs import RunCursorPage as RunCursorPage
from tieout_client.models.runs import RunPreview as RunPreview
from tieout_client.models.users import User as User
from tieout_client.models.users import UserCursorPage as UserCursorPage
from tieout_client.models.webhook_deliveries import SentWebhookDelivery as SentWebhookDelivery
from tieout_client.models.webhook_deliveries import WebhookDelivery as WebhookDelivery
from tieout_client.models.webhook_deliveries import (
    WebhookDeliveryCursorPage as WebhookDeliveryCursorPage,
)
from tieout_client.models.webhook_endpoints import WebhookEndpoint as WebhookEndpoint
from tieout_client.models.webhook_endpoints import (
    WebhookEndpointCursorPage as WebhookEndpointCursorPage,
)
from tieout_client.models.webhook_endpoints import (
    WebhookEndpointWithSecret as WebhookEndpointWithSecret,
)
