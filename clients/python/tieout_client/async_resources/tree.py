"""Made from docs/openapi.json by `make client`; changed there, not here."""

from tieout_client.async_resources.api_keys import AsyncApiKeysResource
from tieout_client.async_resources.audit_entries import AsyncAuditEntriesResource
from tieout_client.async_resources.balance_proof import AsyncBalanceProofResource
from tieout_client.async_resources.bulk_requests import AsyncBulkRequestsResource
from tieout_client.async_resources.corebanq_discrepancies import AsyncCorebanqDiscrepanciesResource
from tieout_client.async_resources.corebanq_entries import AsyncCorebanqEntriesResource
from tieout_client.async_resources.corebanq_items import AsyncCorebanqItemsResource
from tieout_client.async_resources.corebanq_ledgers import AsyncCorebanqLedgersResource
from tieout_client.async_resources.corebanq_matches import AsyncCorebanqMatchesResource
from tieout_client.async_resources.corebanq_runs import AsyncCorebanqRunsResource
from tieout_client.async_resources.corebanq_sources import AsyncCorebanqSourcesResource
from tieout_client.async_resources.data_streams import AsyncDataStreamsResource
from tieout_client.async_resources.entries import AsyncEntriesResource
from tieout_client.async_resources.events import AsyncEventsResource
from tieout_client.async_resources.explanations import AsyncExplanationsResource
from tieout_client.async_resources.imports import AsyncImportsResource
from tieout_client.async_resources.lerian_approval_limits import AsyncLerianApprovalLimitsResource
from tieout_client.async_resources.lerian_bulk import AsyncLerianBulkResource
from tieout_client.async_resources.lerian_comments import AsyncLerianCommentsResource
from tieout_client.async_resources.lerian_exceptions import AsyncLerianExceptionsResource
from tieout_client.async_resources.lerian_external_issues import AsyncLerianExternalIssuesResource
from tieout_client.async_resources.lerian_resolutions import AsyncLerianResolutionsResource
from tieout_client.async_resources.organizations import AsyncOrganizationsResource
from tieout_client.async_resources.property_definitions import AsyncPropertyDefinitionsResource
from tieout_client.async_resources.reconciliation_exceptions import (
    AsyncReconciliationExceptionsResource,
)
from tieout_client.async_resources.reconciliation_matches import AsyncReconciliationMatchesResource
from tieout_client.async_resources.reconciliation_rules import AsyncReconciliationRulesResource
from tieout_client.async_resources.reconciliations import AsyncReconciliationsResource
from tieout_client.async_resources.reconlayer_cases import AsyncReconlayerCasesResource
from tieout_client.async_resources.reconlayer_evidence import AsyncReconlayerEvidenceResource
from tieout_client.async_resources.reconlayer_payment_intents import (
    AsyncReconlayerPaymentIntentsResource,
)
from tieout_client.async_resources.records import AsyncRecordsResource
from tieout_client.async_resources.runs import AsyncRunsResource
from tieout_client.async_resources.users import AsyncUsersResource
from tieout_client.async_resources.webhook_deliveries import AsyncWebhookDeliveriesResource
from tieout_client.async_resources.webhook_endpoints import AsyncWebhookEndpointsResource
from tieout_client.async_sender import AsyncSender


class AsyncLerian:
    def __init__(self, sender: AsyncSender) -> None:
        self.bulk = AsyncLerianBulkResource(sender)
        self.exceptions = AsyncLerianExceptionsResource(sender)
        self.resolutions = AsyncLerianResolutionsResource(sender)
        self.approval_limits = AsyncLerianApprovalLimitsResource(sender)
        self.comments = AsyncLerianCommentsResource(sender)
        self.external_issues = AsyncLerianExternalIssuesResource(sender)


class AsyncReconlayer:
    def __init__(self, sender: AsyncSender) -> None:
        self.payment_intents = AsyncReconlayerPaymentIntentsResource(sender)
        self.evidence = AsyncReconlayerEvidenceResource(sender)
        self.cases = AsyncReconlayerCasesResource(sender)


class AsyncCorebanq:
    def __init__(self, sender: AsyncSender) -> None:
        self.ledgers = AsyncCorebanqLedgersResource(sender)
        self.runs = AsyncCorebanqRunsResource(sender)
        self.sources = AsyncCorebanqSourcesResource(sender)
        self.matches = AsyncCorebanqMatchesResource(sender)
        self.items = AsyncCorebanqItemsResource(sender)
        self.entries = AsyncCorebanqEntriesResource(sender)
        self.discrepancies = AsyncCorebanqDiscrepanciesResource(sender)


class AsyncResources:
    def __init__(self, sender: AsyncSender) -> None:
        self.data_streams = AsyncDataStreamsResource(sender)
        self.property_definitions = AsyncPropertyDefinitionsResource(sender)
        self.imports = AsyncImportsResource(sender)
        self.records = AsyncRecordsResource(sender)
        self.bulk_requests = AsyncBulkRequestsResource(sender)
        self.reconciliations = AsyncReconciliationsResource(sender)
        self.entries = AsyncEntriesResource(sender)
        self.explanations = AsyncExplanationsResource(sender)
        self.balance_proof = AsyncBalanceProofResource(sender)
        self.reconciliation_rules = AsyncReconciliationRulesResource(sender)
        self.reconciliation_matches = AsyncReconciliationMatchesResource(sender)
        self.runs = AsyncRunsResource(sender)
        self.reconciliation_exceptions = AsyncReconciliationExceptionsResource(sender)
        self.organizations = AsyncOrganizationsResource(sender)
        self.users = AsyncUsersResource(sender)
        self.api_keys = AsyncApiKeysResource(sender)
        self.webhook_endpoints = AsyncWebhookEndpointsResource(sender)
        self.webhook_deliveries = AsyncWebhookDeliveriesResource(sender)
        self.audit_entries = AsyncAuditEntriesResource(sender)
        self.events = AsyncEventsResource(sender)
        self.lerian = AsyncLerian(sender)
        self.reconlayer = AsyncReconlayer(sender)
        self.corebanq = AsyncCorebanq(sender)
