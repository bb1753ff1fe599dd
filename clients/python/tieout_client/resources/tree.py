"""Made from docs/openapi.json by `make client`; changed there, not here."""

from tieout_client.resources.api_keys import ApiKeysResource
from tieout_client.resources.audit_entries import AuditEntriesResource
from tieout_client.resources.balance_proof import BalanceProofResource
from tieout_client.resources.bulk_requests import BulkRequestsResource
from tieout_client.resources.corebanq_discrepancies import CorebanqDiscrepanciesResource
from tieout_client.resources.corebanq_entries import CorebanqEntriesResource
from tieout_client.resources.corebanq_items import CorebanqItemsResource
from tieout_client.resources.corebanq_ledgers import CorebanqLedgersResource
from tieout_client.resources.corebanq_matches import CorebanqMatchesResource
from tieout_client.resources.corebanq_runs import CorebanqRunsResource
from tieout_client.resources.corebanq_sources import CorebanqSourcesResource
from tieout_client.resources.data_streams import DataStreamsResource
from tieout_client.resources.entries import EntriesResource
from tieout_client.resources.events import EventsResource
from tieout_client.resources.explanations import ExplanationsResource
from tieout_client.resources.imports import ImportsResource
from tieout_client.resources.lerian_approval_limits import LerianApprovalLimitsResource
from tieout_client.resources.lerian_bulk import LerianBulkResource
from tieout_client.resources.lerian_comments import LerianCommentsResource
from tieout_client.resources.lerian_exceptions import LerianExceptionsResource
from tieout_client.resources.lerian_external_issues import LerianExternalIssuesResource
from tieout_client.resources.lerian_resolutions import LerianResolutionsResource
from tieout_client.resources.organizations import OrganizationsResource
from tieout_client.resources.property_definitions import PropertyDefinitionsResource
from tieout_client.resources.reconciliation_exceptions import ReconciliationExceptionsResource
from tieout_client.resources.reconciliation_matches import ReconciliationMatchesResource
from tieout_client.resources.reconciliation_rules import ReconciliationRulesResource
from tieout_client.resources.reconciliations import ReconciliationsResource
from tieout_client.resources.reconlayer_cases import ReconlayerCasesResource
from tieout_client.resources.reconlayer_evidence import ReconlayerEvidenceResource
from tieout_client.resources.reconlayer_payment_intents import ReconlayerPaymentIntentsResource
from tieout_client.resources.records import RecordsResource
from tieout_client.resources.runs import RunsResource
from tieout_client.resources.users import UsersResource
from tieout_client.resources.webhook_deliveries import WebhookDeliveriesResource
from tieout_client.resources.webhook_endpoints import WebhookEndpointsResource
from tieout_client.sender import Sender


class Lerian:
    def __init__(self, sender: Sender) -> None:
        self.bulk = LerianBulkResource(sender)
        self.exceptions = LerianExceptionsResource(sender)
        self.resolutions = LerianResolutionsResource(sender)
        self.approval_limits = LerianApprovalLimitsResource(sender)
        self.comments = LerianCommentsResource(sender)
        self.external_issues = LerianExternalIssuesResource(sender)


class Reconlayer:
    def __init__(self, sender: Sender) -> None:
        self.payment_intents = ReconlayerPaymentIntentsResource(sender)
        self.evidence = ReconlayerEvidenceResource(sender)
        self.cases = ReconlayerCasesResource(sender)


class Corebanq:
    def __init__(self, sender: Sender) -> None:
        self.ledgers = CorebanqLedgersResource(sender)
        self.runs = CorebanqRunsResource(sender)
        self.sources = CorebanqSourcesResource(sender)
        self.matches = CorebanqMatchesResource(sender)
        self.items = CorebanqItemsResource(sender)
        self.entries = CorebanqEntriesResource(sender)
        self.discrepancies = CorebanqDiscrepanciesResource(sender)


class Resources:
    def __init__(self, sender: Sender) -> None:
        self.data_streams = DataStreamsResource(sender)
        self.property_definitions = PropertyDefinitionsResource(sender)
        self.imports = ImportsResource(sender)
        self.records = RecordsResource(sender)
        self.bulk_requests = BulkRequestsResource(sender)
        self.reconciliations = ReconciliationsResource(sender)
        self.entries = EntriesResource(sender)
        self.explanations = ExplanationsResource(sender)
        self.balance_proof = BalanceProofResource(sender)
        self.reconciliation_rules = ReconciliationRulesResource(sender)
        self.reconciliation_matches = ReconciliationMatchesResource(sender)
        self.runs = RunsResource(sender)
        self.reconciliation_exceptions = ReconciliationExceptionsResource(sender)
        self.organizations = OrganizationsResource(sender)
        self.users = UsersResource(sender)
        self.api_keys = ApiKeysResource(sender)
        self.webhook_endpoints = WebhookEndpointsResource(sender)
        self.webhook_deliveries = WebhookDeliveriesResource(sender)
        self.audit_entries = AuditEntriesResource(sender)
        self.events = EventsResource(sender)
        self.lerian = Lerian(sender)
        self.reconlayer = Reconlayer(sender)
        self.corebanq = Corebanq(sender)
